package dev.headway;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What somebody with the page in front of them does and sees, in a real browser. */
@EnabledIfSystemProperty(
    named = "headway.chromium",
    matches = ".+",
    disabledReason = "there is no Chromium on this machine")
class LivePathBrowserIT {
  private static final LocatorAssertions.HasAttributeOptions PATIENTLY =
      new LocatorAssertions.HasAttributeOptions().setTimeout(90_000);

  private static LocalSystem system;
  private static Chromium chromium;

  @TempDir private Path folder;
  private Page page;
  private final List<String> complaints = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    system = LocalSystems.start();
    chromium = Chromium.launch();
  }

  @AfterAll
  static void stop() {
    chromium.close();
    system.close();
  }

  @BeforeEach
  void open() {
    page = chromium.browser().newPage();
    page.onConsoleMessage(message -> {
      if (message.type().equals("error") || message.type().equals("warning")) {
        complaints.add(message.text());
      }
    });
    page.onPageError(complaints::add);
  }

  @AfterEach
  void close() {
    page.close();
    assertThat(complaints).isEmpty();
  }

  private void signIn(String user) {
    page.navigate(system.baseUrl() + "/#token=" + system.token(user, Duration.ofHours(1)));
    // Nothing of the token stays where somebody could copy it from.
    assertThat(page.url()).doesNotContain("token");
    // Notes each version that a bar shows, in the order in which it shows them.
    page.evaluate(
        """
        () => {
          window.shown = {};
          document.addEventListener('status', event => {
            const record = event.detail;
            (window.shown[record.uploadId] ??= []).push(
                {version: record.version, percentage: record.progress.percentage, status: record.status});
          }, true);
        }
        """);
  }

  private Locator bar(String fileName) {
    return page.locator("processing-status[file-name='" + fileName + "']");
  }

  /** What a bar showed at one time. */
  private record Shown(long version, double percentage, String status) {}

  private List<Shown> shown(String uploadId) throws Exception {
    var shown = new ArrayList<Shown>();
    for (var record :
        Api.json(
            (String) page.evaluate("id => JSON.stringify(window.shown[id] ?? [])", uploadId))) {
      shown.add(
          new Shown(
              record.get("version").asLong(),
              record.get("percentage").asDouble(),
              record.get("status").asText()));
    }
    return shown;
  }

  @Test
  void a_CSV_and_a_workbook_move_their_bars_and_fill_the_table() throws Exception {
    String user = "browser-user";
    Path csv = SampleFiles.csv(folder, "thousand.csv", "thousand", 1_000);
    Path workbook = SampleFiles.xlsx(folder, "sheets.xlsx", "sheets", List.of(40, 5, 25));
    signIn(user);

    page.locator("#file").setInputFiles(new Path[] {csv, workbook});

    for (var expected : Map.of("thousand.csv", 1_000, "sheets.xlsx", 70).entrySet()) {
      Locator bar = bar(expected.getKey());
      assertThat(bar).hasAttribute("status", "completed", PATIENTLY);
      assertThat(bar.locator("[part~=percentage]").textContent()).contains("100");
      assertThat(digits(bar.locator("[part~=leads]").textContent()))
          .contains(expected.getValue().toString());
      assertRises(shown(bar.getAttribute("upload-id")));
    }
    assertThat(page.locator("#leads-table tbody tr").first()).isVisible();
    assertThat(page.locator("#stand-in")).isVisible();
    try (var http = HttpClient.newHttpClient()) {
      var leads =
          new Api(http, system.baseUrl(), system.token(user, Duration.ofMinutes(5))).leads();
      assertThat(leads).hasSize(1_070);
    }
  }

  @Test
  void a_search_finds_a_lead_and_a_reload_brings_the_bar_back() throws Exception {
    signIn("search-user");
    page.locator("#file").setInputFiles(SampleFiles.csv(folder, "few.csv", "few", 30));
    assertThat(bar("few.csv")).hasAttribute("status", "completed", PATIENTLY);
    assertThat(page.locator("#leads-table tbody tr").first()).isVisible();

    page.locator("#query").fill("lead17.few@");
    assertThat(page.locator("#leads-table tbody tr")).hasCount(1);
    assertThat(page.locator("#leads-table tbody tr")).containsText("First17");

    page.reload();
    assertThat(bar("few.csv")).hasAttribute("status", "completed", PATIENTLY);
  }

  @Test
  void the_cancel_button_stops_an_upload_and_the_bar_says_so() throws Exception {
    signIn("cancel-user");
    page.locator("#file").setInputFiles(SampleFiles.csv(folder, "long.csv", "long", 3_000));
    Locator bar = bar("long.csv");
    assertThat(bar).hasAttribute("status", "processing", PATIENTLY);

    bar.locator("[part~=cancel]").click();
    bar.locator("[part~=yes]").click();

    assertThat(bar).hasAttribute("status", "cancelled", PATIENTLY);
    assertThat(bar.locator("[part~=cancel]")).isHidden();
    assertThat(bar.locator("[part~=stage]")).containsText("ancelled");
  }

  @Test
  void a_file_that_cannot_be_read_says_why() throws Exception {
    signIn("bad-user");
    Path empty = java.nio.file.Files.createFile(folder.resolve("empty.csv"));
    page.locator("#file").setInputFiles(empty);
    Locator bar = bar("empty.csv");
    assertThat(bar).hasAttribute("status", "error", PATIENTLY);
    assertThat(bar.locator("[part~=card]")).containsText("empty");
  }

  private static void assertRises(List<Shown> shown) {
    assertThat(shown).hasSizeGreaterThan(3);
    assertThat(shown).extracting(Shown::version).isSorted().doesNotHaveDuplicates();
    assertThat(shown).extracting(Shown::percentage).isSorted();
    assertThat(shown).extracting(Shown::percentage).anyMatch(p -> p > 0 && p < 100);
    assertThat(shown.getLast().percentage()).isEqualTo(100.0);
    assertThat(shown.getLast().status()).isEqualTo("completed");
  }

  private static String digits(String text) {
    return text.replaceAll("\\D", " ").replaceAll("(?<=\\d) (?=\\d{3}\\b)", "");
  }
}
