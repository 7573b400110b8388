package dev.headway;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page around the bars: files, users, the table of leads, and what people who debug see. */
@EnabledIfSystemProperty(
    named = "headway.chromium",
    matches = ".+",
    disabledReason = "there is no Chromium on this machine")
class PageBrowserIT extends PageFixture {
  private Locator rows() {
    return page.locator("#leads-table tbody tr");
  }

  /** Uploads past the page and waits until all is done. */
  private static void completed(String user, Path file) throws Exception {
    var heard = api(user).stream(api(user).upload(file), Map.of());
    assertThat(heard.awaitEnd(60).getLast().data()).contains("\"status\":\"completed\"");
  }

  private long asked(String method, String path) {
    return requests.stream()
        .filter(r -> r.method().equals(method) && r.url().startsWith(system.baseUrl() + path))
        .count();
  }

  @Test
  void page_filter_scroll_and_focus_stay_when_an_upload_ends_and_what_is_new_is_marked()
      throws Exception {
    String user = "table";
    completed(user, leads("before.csv", 80));
    signIn(user);
    page.locator("#query").fill("before");
    assertThat(page.locator("#leads-note")).hasText("Page 1: 25 leads found");
    page.locator("#next").click();
    assertThat(page.locator("#leads-note")).hasText("Page 2: 25 leads found");
    List<String> shown = rows().allTextContents();
    page.locator("#company").focus();
    page.evaluate("() => scrollTo(0, 700)");
    Object scrolled = page.evaluate("() => scrollY");
    assertThat(((Number) scrolled).intValue()).isGreaterThan(400);

    // Not through this page: it hears of it all the same.
    completed(user, leads("fresh.csv", 30));

    assertThat(page.locator("#news-words")).containsText("fresh.csv: 30 new", PATIENT_TEXT);
    assertThat(page.locator("#leads-table")).not().hasAttribute("aria-busy", "true");
    assertThat(page.locator("#leads-note")).hasText("Page 2: 25 leads found");
    assertThat(page.locator("#query")).hasValue("before");
    assertThat(rows().allTextContents()).isEqualTo(shown);
    assertThat(page.locator("#company")).isFocused();

    page.locator("#news-show").click();
    assertThat(page.locator("#query")).hasValue("");
    assertThat(rows().locator(".badge").first()).hasText("New");
    assertThat(rows().locator(".badge")).hasCount(25);

    // Somebody reads on the first page: what comes before does not push their row away.
    page.locator("#query").fill("@example");
    assertThat(rows().locator(".badge")).hasCount(0);
    page.locator("#query").fill("");
    assertThat(rows()).hasCount(25);
    Locator fourth = rows().nth(3); // further down the page would end before the window does
    fourth.evaluate("row => row.scrollIntoView({block: 'start'})");
    String watched = fourth.getAttribute("data-lead-id");
    double before = topOf(watched);
    completed(user, leads("few.csv", 3));
    assertThat(rows().locator(".badge"))
        .hasCount(3, new LocatorAssertions.HasCountOptions().setTimeout(60_000));
    assertThat(topOf(watched)).isCloseTo(before, within(2.0));
  }

  private double topOf(String leadId) {
    Object top =
        page.evaluate(
            "id => document.querySelector(`[data-lead-id='${id}']`).getBoundingClientRect().top",
            leadId);
    return ((Number) top).doubleValue();
  }

  @Test
  void the_table_is_searched_filtered_sorted_and_paged() throws Exception {
    completed("finder", leads("find.csv", 60));
    signIn("finder");
    assertThat(rows()).hasCount(25);
    page.locator("#company").fill("company, 7");
    assertThat(rows()).hasCount(2); // 7 and 57
    page.locator("#query").fill("lead57.");
    assertThat(rows()).hasCount(1);
    assertThat(rows()).containsText("First57");
    page.locator("#query").fill("nobody at all");
    assertThat(page.locator("#leads-note")).hasText("No lead is like that.");
    page.locator("#search button[type=reset]").click();
    assertThat(rows()).hasCount(25);
    String newest = rows().first().getAttribute("data-lead-id");
    page.locator("#sort").selectOption("updatedAt");
    assertThat(rows().first()).not().hasAttribute("data-lead-id", newest);
    page.locator("#next").press("Enter");
    assertThat(page.locator("#leads-note")).hasText("Page 2: 25 leads");
    page.locator("#next").press("Enter");
    assertThat(page.locator("#leads-note")).hasText("Page 3: 10 leads");
    assertThat(rows().last()).hasAttribute("data-lead-id", newest);
    assertThat(page.locator("#next")).isHidden();
    page.locator("#previous").click();
    page.locator("#previous").click();
    assertThat(page.locator("#leads-note")).hasText("Page 1: 25 leads");
  }

  @Test
  void the_export_is_what_is_wished_for_whole_and_without_formulas() throws Exception {
    Path file = folder.resolve("formulas.csv");
    Files.writeString(
        file,
        "Name,E-Mail,Company\nAda,ada@example.com,=cmd()|x\nGrace,grace@example.com,\"Navy, US\"\n");
    completed("exporter", file);
    completed("exporter", leads("many.csv", 150));
    signIn("exporter");
    assertThat(rows()).hasCount(25);

    Download all = page.waitForDownload(() -> page.locator("#export").click());
    assertThat(all.suggestedFilename()).matches("leads-\\d{4}-\\d\\d-\\d\\d\\.csv");
    String saved = Files.readString(all.path());
    assertThat(saved).isEqualTo(api("exporter").get("/leads", "Accept", "text/csv").body());
    assertThat(saved).contains(",'=cmd()|x,").contains("\"Navy, US\"");
    assertThat(page.locator("#export-note")).containsText("Saved");
    assertThat(page.locator("#export")).isFocused();

    page.locator("#company").fill("navy");
    assertThat(rows()).hasCount(1);
    Download some = page.waitForDownload(() -> page.locator("#export").click());
    assertThat(Files.readString(some.path()).lines())
        .hasSize(2)
        .last()
        .asString()
        .contains("Grace");
  }

  @Test
  void an_export_that_breaks_off_or_is_refused_saves_nothing_and_says_so() throws Exception {
    completed("breaks", leads("breaks.csv", 5));
    signIn("breaks");
    assertThat(rows()).hasCount(5);
    page.onDownload(download -> complaints.add("a file was saved"));
    page.route(
        "**/leads?sort=*",
        route -> {
          if ("text/csv".equals(route.request().headers().get("accept"))) {
            route.fulfill(
                new Route.FulfillOptions()
                    .setStatus(503)
                    .setContentType("application/problem+json")
                    .setBody("{\"detail\":\"Not just now.\"}"));
          } else {
            route.resume();
          }
        });
    page.locator("#export").click();
    assertThat(page.locator("#export-note")).hasText("Nothing was exported. Not just now.");
    assertThat(page.locator("#export")).hasText("Export CSV");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 1000000\r\n\r\nleadId,firstName\r\n1,Ada\r\n",
        "Transfer-Encoding: chunked\r\n\r\n18\r\nleadId,firstName\r\n1,Ada\r\n\r\n"
      })
  void an_export_that_is_cut_in_the_middle_saves_nothing_and_says_so(String half) throws Exception {
    completed("cut", leads("cut.csv", 5));
    signIn("cut");
    assertThat(rows()).hasCount(5);
    var saved = new CopyOnWriteArrayList<Download>();
    page.onDownload(saved::add);
    try (var cutter = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerHalf(cutter, half));
      var there =
          new Route.ResumeOptions().setUrl("http://127.0.0.1:" + cutter.getLocalPort() + "/leads");
      page.route(
          "**/leads?sort=*",
          route -> {
            if ("text/csv".equals(route.request().headers().get("accept"))) {
              route.resume(there);
            } else {
              route.resume();
            }
          });
      page.locator("#export").click();
      assertThat(page.locator("#export-note"))
          .hasText("The export broke off, and nothing was saved. Try it again.");
    }
    assertThat(saved).isEmpty();
    assertThat(page.locator("#export")).hasText("Export CSV");
    page.unroute("**/leads?sort=*");
    Download whole = page.waitForDownload(() -> page.locator("#export").click());
    assertThat(Files.readString(whole.path()).lines()).hasSize(6);
  }

  /** Reads a request, and goes away in the middle of its answer. */
  private static void answerHalf(ServerSocket cutter, String half) {
    try (Socket socket = cutter.accept()) {
      var request = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      for (String line = request.readLine(); line != null && !line.isEmpty(); ) {
        line = request.readLine();
      }
      String head = "HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n";
      socket.getOutputStream().write((head + half).getBytes(US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void a_file_that_does_not_arrive_is_told_and_can_be_sent_again() throws Exception {
    signIn("sender");
    page.route("**/headway-uploads/**", Route::abort);
    page.locator("#file").setInputFiles(leads("lost.csv", 20));
    Locator problem = page.locator("#uploads .problem");
    assertThat(problem).containsText("The file could not be sent");
    assertThat(bar("lost.csv")).hasAttribute("status", "uploading");
    page.unroute("**/headway-uploads/**");
    problem.locator("button").click();
    assertThat(bar("lost.csv")).hasAttribute("status", "completed", PATIENTLY);
    assertThat(problem).isHidden();
    assertThat(rows()).hasCount(20);
  }

  @Test
  void a_page_that_is_reloaded_while_it_sends_says_what_became_of_the_file() throws Exception {
    signIn("reloader");
    page.route("**/headway-uploads/**", route -> {}); // on its way, for ever
    page.locator("#file").setInputFiles(leads("half.csv", 20));
    assertThat(bar("half.csv")).hasAttribute("status", "uploading");
    page.onceDialog(dialog -> {
      assertThat(dialog.type()).isEqualTo("beforeunload");
      dialog.accept();
    });
    page.locator("#file").press("Tab"); // browsers ask only those who did something in the page
    page.reload();
    assertThat(page.locator("#uploads .problem")).containsText("Sending this file was interrupted");
    bar("half.csv").locator("[part=cancel]").click();
    bar("half.csv").locator("[part=yes]").click();
    assertThat(bar("half.csv")).hasAttribute("status", "cancelled", PATIENTLY);
    assertThat(page.locator("#uploads .problem")).isHidden();
  }

  @Test
  void users_of_this_machine_are_offered_and_nothing_of_the_one_before_is_shown_to_the_next()
      throws Exception {
    completed("ada", leads("of-ada.csv", 7));
    page.navigate(system.baseUrl() + "/?inspect");
    page.locator("#users button", new Page.LocatorOptions().setHasText("ada")).click();
    assertThat(page.locator("#caller-name")).hasText("ada");
    assertThat(rows()).hasCount(7);
    assertThat(page.locator("#earlier")).isVisible();
    assertThat(bar("of-ada.csv")).hasCount(1);
    page.locator("#query").fill("lead1.of-ada");
    assertThat(rows()).hasCount(1);

    // Ada's leads are on their way when Grace signs in, and arrive after that.
    var late = new CopyOnWriteArrayList<Route>();
    page.route("**/leads?q=first*", late::add);
    page.locator("#query").fill("first");
    page.waitForCondition(() -> !late.isEmpty());
    requests.clear();
    page.locator("#switch-user").click();
    page.locator("#users button", new Page.LocatorOptions().setHasText("grace")).click();
    assertThat(page.locator("#caller-name")).hasText("grace");
    late.forEach(route -> {
      try {
        route.resume();
      } catch (RuntimeException abortedMeanwhile) {
        // as it should be
      }
    });
    assertThat(page.locator("#leads-note")).containsText("No leads yet.");
    assertThat(rows()).hasCount(0);
    assertThat(page.locator("#query")).hasValue("");
    assertThat(page.locator("processing-status")).hasCount(0);
    assertThat(page.content()).doesNotContain("of-ada");
    String grace = tokensSince().getLast();
    page.reload();
    assertThat(page.locator("#caller-name")).hasText("grace");
    assertThat(page.locator("#leads-note")).containsText("No leads yet.");
    assertThat(tokensSince()).allMatch(grace::equals);

    page.locator("#sign-out").click();
    assertThat(page.locator("#leads")).isHidden();
    assertThat(page.locator("#users button").first()).isFocused();
    page.reload();
    assertThat(page.locator("#sign-in")).isVisible();
    assertThat(page.locator("#leads")).isHidden();
  }

  private List<String> tokensSince() {
    return requests.stream()
        .filter(r -> r.url().contains("/leads") || r.url().contains("/status"))
        .map(r -> r.headers().get("authorization"))
        .toList();
  }

  @Test
  void a_page_of_a_deployment_asks_for_a_token_and_offers_nobody() {
    page.route(
        "**/settings.json",
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setBody("{\"standInModel\":false,\"maxFileSize\":1000}")));
    page.navigate(system.baseUrl().toString());
    assertThat(page.locator("#token")).isVisible();
    assertThat(page.locator("#development")).isHidden();
    page.locator("#token").fill("not.a.token");
    page.locator("#token").press("Enter");
    assertThat(page.locator("#sign-in-why")).containsText("token");
    page.locator("#token").fill(token("pasted"));
    page.locator("#token").press("Enter");
    assertThat(page.locator("#caller-name")).hasText("pasted");
    assertThat(page.locator("#sign-in")).isHidden();
  }

  @Test
  void twenty_files_dropped_at_once_arrive_and_those_that_cannot_be_read_are_not_sent() {
    signIn("dropper");
    assertThat(page.locator("#limits")).containsText("50 MB");
    page.evaluate(
        """
        () => {
          const data = new DataTransfer();
          for (let n = 1; n <= 20; n++) {
            const text = `Name,E-Mail\\nDrop ${n},drop${n}@example.com\\n`;
            data.items.add(new File([text], `drop-${n}.csv`, {type: 'text/csv'}));
          }
          data.items.add(new File(['%PDF'], 'offer.pdf'));
          data.items.add(new File(['x'], 'README'));
          const target = document.getElementById('file');
          target.dispatchEvent(new DragEvent('dragover', {dataTransfer: data, bubbles: true, cancelable: true}));
          target.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));
        }
        """);
    for (int n = 1; n <= 20; n++) {
      assertThat(bar("drop-" + n + ".csv")).hasAttribute("status", "completed", PATIENTLY);
    }
    assertThat(page.locator("#uploads > li")).hasCount(20);
    assertThat(page.locator("#drop-problem"))
        .hasText("Not uploaded: offer.pdf, README: only CSV and XLSX files can be read.");
    assertThat(asked("POST", "/uploads")).isEqualTo(20);
    page.locator("#sort").selectOption("updatedAt");
    assertThat(rows()).hasCount(20);
  }

  @Test
  void what_is_too_large_is_refused_before_it_is_sent_and_otherwise_by_the_service()
      throws Exception {
    Path large = folder.resolve("large.csv");
    try (var file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(50L * 1024 * 1024 + 1);
    }
    signIn("large");
    assertThat(page.locator("#limits")).containsText("50 MB");
    page.locator("#file").setInputFiles(large);
    assertThat(page.locator("#drop-problem")).containsText("large.csv: larger than 50 MB.");
    assertThat(asked("POST", "/uploads")).isZero();

    // Where the page could not learn the limit the service says it.
    page.route("**/settings.json", Route::abort);
    page.reload();
    assertThat(page.locator("#caller-name")).hasText("large");
    page.locator("#file").setInputFiles(large);
    Locator refused = page.locator("#uploads .refused");
    assertThat(refused).containsText("large.csv");
    assertThat(refused).containsText("bytes");
    assertThat(asked("POST", "/uploads")).isEqualTo(1);
    refused.locator("button", new Locator.LocatorOptions().setHasText("Remove")).click();
    assertThat(refused).hasCount(0);
    assertThat(page.locator("#file")).isFocused();

    page.locator("#file").setInputFiles(Files.createFile(folder.resolve("empty.csv")));
    assertThat(bar("empty.csv")).hasAttribute("status", "error", PATIENTLY);
    assertThat(bar("empty.csv").locator("[part=stage]")).containsText("empty");
  }

  @Test
  void a_reload_in_mid_work_brings_every_upload_back_also_those_of_others_tabs_and_terminals()
      throws Exception {
    completed("reload", leads("long ago.csv", 3));
    signIn("reload");
    page.locator("#file").setInputFiles(leads("here.csv", 600));
    assertThat(bar("here.csv")).hasAttribute("status", "processing", PATIENTLY);
    api("reload").upload(leads("elsewhere.csv", 600));
    assertThat(bar("elsewhere.csv")).hasAttribute("transport", "stream", PATIENTLY);

    page.reload();
    for (String name : List.of("here.csv", "elsewhere.csv")) {
      assertThat(bar(name)).hasCount(1);
      assertThat(bar(name)).isVisible();
      assertThat(bar(name)).hasAttribute("status", "completed", PATIENTLY);
    }
    assertThat(bar("long ago.csv")).isHidden();
    page.locator("#earlier summary").click();
    assertThat(bar("long ago.csv")).isVisible();

    // What somebody removes stays away, and what failed stays in sight until it is dismissed.
    bar("long ago.csv").locator("button.remove").click();
    page.locator("#file").setInputFiles(Files.createFile(folder.resolve("broken.csv")));
    assertThat(bar("broken.csv")).hasAttribute("status", "error", PATIENTLY);
    page.reload();
    assertThat(bar("broken.csv")).isVisible();
    assertThat(bar("here.csv")).hasCount(1);
    assertThat(bar("long ago.csv")).hasCount(0);
    bar("broken.csv").locator("[part=dismiss]").click();
    page.reload();
    assertThat(bar("here.csv")).hasCount(1);
    assertThat(bar("broken.csv")).hasCount(0);
  }

  @Test
  void tabs_of_a_user_hear_of_each_others_uploads_by_one_stream() throws Exception {
    signIn("neighbours");
    Page second = newPage();
    second.navigate(system.baseUrl() + "/#token=" + token("neighbours"));
    assertThat(second.locator("#uploads")).hasAttribute("data-source", "follows");
    page.locator("#file").setInputFiles(leads("shared.csv", 5));
    Locator there = second.locator("processing-status[file-name='shared.csv']");
    assertThat(there).hasAttribute("status", "completed", PATIENTLY);
    assertThat(there).hasCount(1);
    assertThat(bar("shared.csv")).hasCount(1);
    assertThat(second.locator("#news-words")).containsText("shared.csv: 5 new", PATIENT_TEXT);
    long lists =
        requests.stream()
            .filter(r -> r.url().equals(system.baseUrl() + "/status"))
            .filter(r -> "text/event-stream".equals(r.headers().get("accept")))
            .count();
    assertThat(lists).isEqualTo(1);
  }

  @Test
  void the_inspector_shows_the_truth_and_costs_nothing_when_it_is_closed() throws Exception {
    signIn("inspector");
    assertThat(asked("GET", "/inspector.js")).isZero();
    page.keyboard().press("Alt+Shift+I");
    assertThat(page.locator("#inspector")).isVisible();
    assertThat(page.url()).contains("inspect");
    assertThat(page.locator("#figure-list"))
        .hasText("a stream of this tab", new LocatorAssertions.HasTextOptions().setTimeout(20_000));
    assertThat(page.locator("#figure-tail")).hasText(Pattern.compile("\\d+(\\.\\d)? m?s, 1 shard"));
    assertThat(page.locator("#figure-age")).hasText(Pattern.compile("Age: \\d+ s, answered in .+"));

    page.locator("#file").setInputFiles(leads("seen.csv", 20));
    Locator bar = bar("seen.csv");
    assertThat(bar).hasAttribute("status", "completed", PATIENTLY);
    Locator row = page.locator("#inspector-uploads tr").first();
    assertThat(row.locator("td").nth(1)).hasText(bar.getAttribute("upload-id").substring(0, 8));
    assertThat(row.locator("td").nth(2)).hasText("closed");
    assertThat(row.locator("td").nth(3)).hasText(bar.getAttribute("version"));
    assertThat(row.locator("td").nth(4)).hasText("completed");
    List<Integer> versions =
        page.locator("#inspector-events tr").all().stream()
            .filter(event -> event.locator("td").nth(2).textContent().equals("status"))
            .map(event -> Integer.valueOf(event.locator("td").nth(3).textContent()))
            .toList();
    assertThat(versions).hasSizeGreaterThan(1).isSortedAccordingTo(Comparator.reverseOrder());

    context.grantPermissions(List.of("clipboard-read", "clipboard-write"));
    page.locator("#inspector-copy").click();
    assertThat(page.locator("#inspector-said")).containsText("events copied");
    JsonNode copied = Api.json((String) page.evaluate("() => navigator.clipboard.readText()"));
    assertThat(copied).hasSize(page.locator("#inspector-events tr").count());
    assertThat(copied.findValuesAsText("uploadId")).contains(bar.getAttribute("upload-id"));
    page.locator("#inspector-clear").click();
    assertThat(page.locator("#inspector-events tr")).hasCount(0);

    page.keyboard().press("Escape");
    assertThat(page.locator("#inspector")).isHidden();
    assertThat(page.locator("#inspect")).isFocused();
    assertThat(page.url()).doesNotContain("inspect");
    requests.clear();
    page.locator("#file").setInputFiles(leads("unseen.csv", 20));
    assertThat(bar("unseen.csv")).hasAttribute("status", "completed", PATIENTLY);
    assertThat(page.locator("#inspector-events tr")).hasCount(0);
    assertThat(asked("GET", "/metrics")).isZero();
  }

  @Test
  void where_browsers_may_not_see_the_figures_the_inspector_says_so() {
    page.route("**/metrics", route -> route.fulfill(new Route.FulfillOptions().setStatus(403)));
    page.navigate(system.baseUrl() + "/?inspect#token=" + token("figures"));
    assertThat(page.locator("#figure-tail")).hasText("not shown to browsers here (/metrics)");
    assertThat(page.locator("#figure-age")).containsText("Age: ");
  }

  @Test
  void the_page_has_nothing_that_axe_objects_to_in_both_themes_widths_and_directions()
      throws Exception {
    needsAxe();
    completed("looks", SampleFiles.csv(folder, "October trade fair.csv", "fair", 120));
    page.navigate(system.baseUrl().toString());
    assertThat(page.locator("#users button").first()).isVisible();
    look("sign-in");
    page.locator("#user").fill("looks");
    page.locator("#user").press("Enter");
    assertThat(rows()).hasCount(25);
    Path winter = SampleFiles.csv(folder, "Winter newsletter.csv", "winter", 8);
    Path other = Files.createFile(folder.resolve("x.pdf"));
    page.locator("#file").setInputFiles(new Path[] {winter, other});
    assertThat(page.locator("#news"))
        .hasClass(
            Pattern.compile("shown"), new LocatorAssertions.HasClassOptions().setTimeout(60_000));
    page.locator("#news-close").focus(); // it stays as long as somebody is at it
    assertThat(rows().locator(".badge")).hasCount(8);
    look("page");
    page.locator("#news-close").click();
    page.locator("#inspect").click();
    assertThat(page.locator("#figure-tail")).containsText("s", PATIENT_TEXT);
    look("inspector");
    page.evaluate("() => document.documentElement.dir = 'rtl'");
    look("rtl");
    page.setViewportSize(1280, 900);
    assertThat(left("#inspector-title")).isGreaterThan(left("#inspector-close"));
    assertThat(left("#inspector-uploads td:first-child"))
        .isGreaterThan(left("#inspector-uploads td:last-child"));
    assertThat(left("#leads-table th:first-child"))
        .isGreaterThan(left("#leads-table th:last-child"));
  }

  private double left(String selector) {
    return page.locator(selector).first().boundingBox().x;
  }
}
