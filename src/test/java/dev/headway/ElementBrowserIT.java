package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ForcedColors;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What {@code <processing-status>} promises to the page it is in, case by case: those of {@code
 * src/test/js/browser/element-cases.mjs}, each in a fresh page on an origin that only exists here,
 * under the strictest policy that the element is documented to work with.
 */
@EnabledIfSystemProperty(
    named = "headway.chromium",
    matches = ".+",
    disabledReason = "there is no Chromium on this machine")
class ElementBrowserIT {
  private static final String ORIGIN = "https://bar.test";
  private static final String CASES = "/src/test/js/browser/element-cases.mjs";
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; require-trusted-types-for 'script'";

  private static Chromium chromium;

  @BeforeAll
  static void launch() {
    chromium = Chromium.launch();
  }

  @AfterAll
  static void quit() {
    chromium.close();
  }

  /** A browser without a network, before files of this project; what it complains of is kept. */
  private record Site(
      BrowserContext context,
      Page page,
      List<String> complaints,
      ConcurrentLinkedQueue<String> elsewhere)
      implements AutoCloseable {

    static Site open(Browser.NewContextOptions options) {
      BrowserContext context = chromium.browser().newContext(options);
      var complaints = new ArrayList<String>();
      var elsewhere = new ConcurrentLinkedQueue<String>();
      context.route("**/*", route -> answer(route, elsewhere));
      Page page = context.newPage();
      page.onPageError(complaints::add);
      page.onConsoleMessage(message -> complaints.add(message.text()));
      page.navigate(ORIGIN);
      return new Site(context, page, complaints, elsewhere);
    }

    private static void answer(Route route, ConcurrentLinkedQueue<String> elsewhere) {
      URI uri = URI.create(route.request().url());
      Path file = Path.of("." + uri.getPath());
      var answer = new Route.FulfillOptions();
      if (!uri.getHost().equals("bar.test")) {
        elsewhere.add(uri.toString());
        route.abort();
      } else if (uri.getPath().equals("/")) {
        route.fulfill(
            answer
                .setContentType("text/html")
                .setHeaders(Map.of("Content-Security-Policy", POLICY))
                .setBody("<!doctype html><html lang=en><title>Bars</title>"));
      } else if (Files.isRegularFile(file)) {
        route.fulfill(answer.setContentType("text/javascript").setPath(file));
      } else {
        route.fulfill(answer.setStatus(404));
      }
    }

    @Override
    public void close() {
      context.close();
      assertThat(complaints).isEmpty();
      assertThat(elsewhere).as("requests that leave the origin").isEmpty();
    }
  }

  @TestFactory
  Stream<DynamicTest> promises() {
    List<?> names;
    try (var site = Site.open(new Browser.NewContextOptions())) {
      names =
          (List<?>)
              site.page().evaluate("path => import(path).then(m => Object.keys(m.cases))", CASES);
    }
    assertThat(names).hasSizeGreaterThan(40);
    return names.stream()
        .map(name -> DynamicTest.dynamicTest((String) name, () -> keeps((String) name)));
  }

  private static void keeps(String name) {
    try (var site = Site.open(new Browser.NewContextOptions())) {
      var run = "([path, name]) => import(path).then(m => m.run(name))";
      assertThat((String) site.page().evaluate(run, List.of(CASES, name))).isEmpty();
    }
  }

  @Test
  void with_forced_colors_the_filled_part_of_the_bar_is_still_told_from_the_rest() {
    var forced = new Browser.NewContextOptions().setForcedColors(ForcedColors.ACTIVE);
    try (var site = Site.open(forced)) {
      site.page()
          .evaluate("() => import('/src/main/resources/webroot/processing-status-define.js')");
      var colors =
          (List<?>)
              site.page()
                  .evaluate(
                      """
                      () => {
                        const bar = document.createElement('processing-status');
                        bar.render({status: 'processing', progress: {totalBatches: 2, percentage: 50}});
                        document.body.append(bar);
                        const style = part => getComputedStyle(bar.shadowRoot.querySelector(`[part=${part}]`));
                        return [style('fill').backgroundColor, style('bar').backgroundColor,
                            style('bar').borderTopStyle];
                      }
                      """);
      assertThat(colors.get(0)).isNotEqualTo(colors.get(1));
      assertThat(colors.get(2)).isEqualTo("solid");
    }
  }
}
