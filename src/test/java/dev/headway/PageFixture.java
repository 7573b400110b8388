package dev.headway;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole local system, and for each test a browser that knows nothing yet. Whatever the test does,
 * the page complains of nothing and asks nobody else for anything.
 */
abstract class PageFixture {
  static final LocatorAssertions.HasAttributeOptions PATIENTLY =
      new LocatorAssertions.HasAttributeOptions().setTimeout(90_000);
  static final LocatorAssertions.ContainsTextOptions PATIENT_TEXT =
      new LocatorAssertions.ContainsTextOptions().setTimeout(90_000);

  private static final Path AXE = Path.of("src/test/js/node_modules/axe-core/axe.min.js");
  private static final String AXE_RUN =
      """
      async () => {
        const {violations} = await axe.run(document);
        return JSON.stringify(violations.map(({id, nodes}) => [id, nodes.map(n => n.html)]));
      }
      """;

  static LocalSystem system;
  static Chromium chromium;
  static HttpClient http;

  @TempDir Path folder;
  BrowserContext context;
  Page page;
  final List<String> complaints = new CopyOnWriteArrayList<>();
  final List<Request> requests = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    system = LocalSystems.start();
    chromium = Chromium.launch();
    http = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    http.close();
    chromium.close();
    system.close();
  }

  @BeforeEach
  void open() {
    context = chromium.browser().newContext();
    context.onRequest(requests::add);
    page = newPage();
  }

  @AfterEach
  void close() {
    context.close();
    assertThat(complaints).isEmpty();
    assertThat(requests)
        .extracting(Request::url)
        .as("nothing is asked of anybody else")
        .allMatch(url -> url.startsWith("http://127.0.0.1:") || url.startsWith("blob:"));
  }

  Page newPage() {
    Page opened = context.newPage();
    opened.onConsoleMessage(message -> {
      // The browser itself reports answers like 401; what the page does then is seen elsewhere.
      if (message.type().equals("error") && !message.text().startsWith("Failed to load resource")) {
        complaints.add(message.text());
      }
    });
    opened.onPageError(complaints::add);
    return opened;
  }

  static String token(String user) {
    return system.token(user, Duration.ofHours(1));
  }

  static Api api(String user) {
    return new Api(http, system.baseUrl(), token(user));
  }

  void signIn(String user) {
    signIn(page, user);
  }

  static void signIn(Page page, String user) {
    page.navigate(system.baseUrl() + "/#token=" + token(user));
    assertThat(page.locator("#caller-name")).hasText(user);
  }

  Locator bar(String fileName) {
    return page.locator("processing-status[file-name='" + fileName + "']");
  }

  Path leads(String name, int count) throws Exception {
    return SampleFiles.csv(folder, name, name.replace(".csv", ""), count);
  }

  static void needsAxe() {
    assumeTrue(Files.exists(AXE), "axe-core is not installed: npm ci in src/test/js");
  }

  /**
   * Both widths in both themes: axe finds nothing, nothing sticks out. Each look is kept below
   * {@code target}; those in {@code docs/images} were chosen by hand.
   */
  void look(String what) throws Exception {
    page.evaluate(Files.readString(AXE));
    Path looks = Files.createDirectories(Path.of("target", "looks"));
    for (int width : new int[] {320, 1280}) {
      for (ColorScheme scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
        page.setViewportSize(width, 900);
        page.emulateMedia(
            new Page.EmulateMediaOptions()
                .setColorScheme(scheme)
                .setReducedMotion(ReducedMotion.REDUCE));
        String name = what + "-" + width + "-" + scheme.name().toLowerCase(Locale.ROOT) + ".png";
        page.screenshot(new Page.ScreenshotOptions().setPath(looks.resolve(name)));
        JsonNode violations = Api.json((String) page.evaluate(AXE_RUN));
        assertThat(violations).as(name).isEmpty();
        assertThat((int) page.evaluate("() => document.documentElement.scrollWidth"))
            .as("nothing sticks out of %s", name)
            .isLessThanOrEqualTo(width);
      }
    }
  }
}
