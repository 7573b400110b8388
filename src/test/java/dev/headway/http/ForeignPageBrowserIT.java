package dev.headway.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.sun.net.httpserver.HttpServer;
import dev.headway.Chromium;
import dev.headway.hub.Records;
import dev.headway.status.UploadId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The page of ten lines in {@code docs/component.md}, as it stands there, on another origin. */
@EnabledIfSystemProperty(
    named = "headway.chromium",
    matches = ".+",
    disabledReason = "there is no Chromium on this machine")
class ForeignPageBrowserIT {
  private static final Path WEB_ROOT = Path.of("src/main/resources/webroot");
  private static final LocatorAssertions.HasAttributeOptions PATIENTLY =
      new LocatorAssertions.HasAttributeOptions().setTimeout(30_000);

  private HttpServer elsewhere;
  private String origin;

  @BeforeEach
  void listen() throws Exception {
    elsewhere = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    origin = "http://127.0.0.1:" + elsewhere.getAddress().getPort();
    elsewhere.start();
  }

  @AfterEach
  void close() {
    elsewhere.stop(0);
  }

  @Test
  void ten_lines_on_another_origin_show_an_upload_live_under_a_strict_policy() throws Exception {
    try (var service = new LiveService(WEB_ROOT, Optional.empty(), Set.of(origin))) {
      serve(snippet().replace("https://headway.example", service.uri("").toString()), service);
      UploadId id = Records.id("abroad");
      service.write(Records.processing(id, 1));

      Locator bar = open(id);
      assertThat(bar).hasAttribute("status", "processing", PATIENTLY);
      assertThat(bar).hasAttribute("transport", "stream", PATIENTLY);
      service.write(Records.completed(id, 2));
      assertThat(bar).hasAttribute("status", "completed", PATIENTLY);
      assertThat(bar).isHidden();
    }
    assertThat(complaints).isEmpty();
  }

  @Test
  void an_origin_that_was_not_named_gets_nothing() throws Exception {
    try (var service = new LiveService(WEB_ROOT)) {
      serve(snippet().replace("https://headway.example", service.uri("").toString()), service);
      UploadId id = Records.id("abroad");
      service.write(Records.processing(id, 1));

      Locator bar = open(id);
      assertThat((boolean) bar.evaluate("bar => bar.shadowRoot === null")).isTrue();
    }
    assertThat(complaints).anyMatch(words -> words.contains("CORS"));
  }

  private final List<String> complaints = new ArrayList<>();
  private Chromium chromium;

  @BeforeEach
  void launch() {
    chromium = Chromium.launch();
  }

  @AfterEach
  void quit() {
    chromium.close();
  }

  private Locator open(UploadId id) {
    Page page = chromium.browser().newPage();
    page.onConsoleMessage(message -> {
      if (message.type().equals("error")) {
        complaints.add(message.text());
      }
    });
    page.onPageError(complaints::add);
    page.addInitScript("sessionStorage.setItem('token', 'owner')");
    page.navigate(origin + "/?upload=" + id);
    return page.locator("processing-status");
  }

  /** No styles, no scripts but those named, nothing that makes code or markup of strings. */
  private void serve(String html, LiveService service) {
    String there = service.uri("").toString();
    String policy =
        "default-src 'none'; script-src 'unsafe-inline' "
            + there
            + "; connect-src "
            + there
            + "; img-src 'self'; require-trusted-types-for 'script'";
    byte[] body = html.getBytes(UTF_8);
    elsewhere.createContext(
        "/",
        exchange -> {
          var headers = exchange.getResponseHeaders();
          headers.set("Content-Type", "text/html; charset=utf-8");
          headers.set("Content-Security-Policy", policy);
          boolean isPage = exchange.getRequestURI().getPath().equals("/");
          exchange.sendResponseHeaders(isPage ? 200 : 204, isPage ? body.length : -1);
          if (isPage) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
  }

  private static String snippet() throws Exception {
    String docs = Files.readString(Path.of("docs/component.md"));
    var html = Pattern.compile("```html\\n(.*?)```", Pattern.DOTALL).matcher(docs);
    assertThat(html.find()).isTrue();
    assertThat(html.group(1).lines()).hasSizeLessThanOrEqualTo(10);
    return html.group(1);
  }
}
