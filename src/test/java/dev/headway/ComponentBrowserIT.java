package dev.headway;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import dev.headway.local.FreePorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The bar in a real browser when things do not go smoothly, and for those who use no mouse. */
@EnabledIfSystemProperty(
    named = "headway.chromium",
    matches = ".+",
    disabledReason = "there is no Chromium on this machine")
class ComponentBrowserIT extends PageFixture {
  private final Set<Request> streams = ConcurrentHashMap.newKeySet();
  private final AtomicInteger mostStreams = new AtomicInteger();

  @BeforeEach
  void countStreams() {
    context.onRequest(request -> {
      // Of the bars: the page has one more, by which it learns of uploads that begin elsewhere.
      boolean ofBars = request.url().contains("/status/") || request.url().contains("uploadId=");
      if (ofBars && "text/event-stream".equals(request.headers().get("accept"))) {
        streams.add(request);
        mostStreams.accumulateAndGet(streams.size(), Math::max);
      }
    });
    context.onRequestFinished(streams::remove);
    context.onRequestFailed(streams::remove);
  }

  /** A bar that another page shows for an upload it did not begin. */
  private static Locator follow(Page page, String uploadId, String user) {
    page.evaluate(
        """
        ([id, token]) => {
          const bar = document.createElement('processing-status');
          bar.tokenProvider = async () => token;
          bar.setAttribute('upload-id', id);
          bar.setAttribute('keep', '');
          bar.id = 'followed';
          document.querySelector('main').append(bar);
        }
        """,
        List.of(uploadId, token(user)));
    return page.locator("#followed");
  }

  @Test
  void two_tabs_of_a_user_share_one_stream_and_the_second_takes_over() throws Exception {
    signIn("tabs");
    Page second = newPage();
    signIn(second, "tabs");
    page.locator("#file").setInputFiles(leads("shared.csv", 3_000));
    Locator first = bar("shared.csv");
    assertThat(first).hasAttribute("transport", "stream", PATIENTLY);

    Locator followed = follow(second, first.getAttribute("upload-id"), "tabs");
    assertThat(followed).hasAttribute("transport", "stream", PATIENTLY);
    assertThat(followed).hasAttribute("status", "processing", PATIENTLY);
    assertThat(mostStreams).hasValue(1);

    streams.clear(); // a page that closes does not say how its requests ended
    page.close();
    assertThat(followed).hasAttribute("status", "completed", PATIENTLY);
    assertThat(mostStreams).hasValue(1);
  }

  @Test
  void twenty_uploads_at_once_all_arrive_on_one_stream() throws Exception {
    signIn("twenty");
    var names = IntStream.rangeClosed(1, 20).mapToObj(n -> "many-" + n + ".csv").toList();
    Path[] files = new Path[names.size()];
    for (int i = 0; i < files.length; i++) {
      files[i] = leads(names.get(i), 30);
    }
    page.locator("#file").setInputFiles(files);

    for (String name : names) {
      assertThat(bar(name)).hasAttribute("status", "completed", PATIENTLY);
    }
    // While the picks change, the old stream may still be on its way out.
    assertThat(mostStreams.get()).isBetween(1, 2);
  }

  @Test
  void behind_a_proxy_that_collects_the_stream_polls_keep_the_bar_moving() throws Exception {
    assumeTrue(InstalledPrograms.missing("nginx").isEmpty(), "nginx is not installed");
    try (var proxy = BufferingProxy.start(folder, system.baseUrl())) {
      page.navigate(proxy.baseUrl() + "/#token=" + token("proxy"));
      String id = api("proxy").upload(leads("proxied.csv", 3_000));
      Locator followed = follow(page, id, "proxy");
      assertThat(followed).hasAttribute("transport", "poll", PATIENTLY);
      assertThat(followed).hasAttribute("status", "processing", PATIENTLY);
      assertThat(followed.locator("[part=batches]")).containsText(" of 300 ", PATIENT_TEXT);
      assertThat(followed).hasAttribute("status", "completed", PATIENTLY);
    }
  }

  @Test
  void a_network_that_goes_and_comes_back_is_told_and_caught_up_with() throws Exception {
    signIn("offline");
    page.locator("#file").setInputFiles(leads("offline.csv", 3_000));
    Locator bar = bar("offline.csv");
    assertThat(bar).hasAttribute("status", "processing", PATIENTLY);

    context.setOffline(true);
    assertThat(bar).hasAttribute("transport", "offline", PATIENTLY);
    assertThat(bar.locator("[part=transport]")).containsText("No connection");

    context.setOffline(false);
    assertThat(bar).hasAttribute("status", "completed", PATIENTLY);
  }

  @Test
  void a_tab_that_nobody_sees_asks_for_nothing_and_catches_up_when_it_is_shown() throws Exception {
    signIn("hidden");
    page.locator("#file").setInputFiles(leads("hidden.csv", 2_000));
    Locator bar = bar("hidden.csv");
    assertThat(bar).hasAttribute("transport", "stream", PATIENTLY);

    show(false);
    assertThat(bar).hasAttribute("transport", "paused", PATIENTLY);
    page.waitForCondition(streams::isEmpty);
    var asked = new AtomicInteger();
    page.onRequest(request -> {
      if (request.url().contains("/status")) {
        asked.incrementAndGet();
      }
    });
    api("hidden").stream(bar.getAttribute("upload-id"), Map.of()).awaitEnd(90);
    assertThat(asked).hasValue(0);
    show(true);
    assertThat(bar).hasAttribute("status", "completed", PATIENTLY);
  }

  private void show(boolean visible) {
    page.evaluate(
        """
        state => {
          Object.defineProperty(document, 'visibilityState', {value: state, configurable: true});
          document.dispatchEvent(new Event('visibilitychange'));
        }
        """,
        visible ? "visible" : "hidden");
  }

  @Test
  void a_token_that_is_refused_is_renewed_and_the_bar_goes_on() throws Exception {
    signIn("expiry");
    page.locator("#file").setInputFiles(leads("expiry.csv", 3_000));
    assertThat(bar("expiry.csv")).hasAttribute("status", "processing", PATIENTLY);
    String id = bar("expiry.csv").getAttribute("upload-id");
    var minted = new AtomicInteger();
    page.exposeFunction(
        "mint",
        arguments -> {
          return minted.getAndIncrement() == 0 ? "of yesterday" : token("expiry");
        });
    page.evaluate(
        """
        id => {
          const bar = document.createElement('processing-status');
          bar.tokenProvider = () => window.mint();
          bar.setAttribute('upload-id', id);
          bar.setAttribute('keep', '');
          bar.id = 'expiring';
          document.querySelector('main').append(bar);
        }
        """,
        id);
    assertThat(page.locator("#expiring")).hasAttribute("status", "completed", PATIENTLY);
    assertThat(minted).as("once, and once more").hasValue(2);
  }

  @Test
  void tokens_that_live_for_seconds_are_renewed_as_they_run_out_and_the_bar_goes_on()
      throws Exception {
    page.navigate(system.baseUrl().toString()); // no bar of the page itself, which would share
    String id = api("brief").upload(leads("brief.csv", 3_000));
    var wishes = new ConcurrentLinkedQueue<Boolean>();
    page.exposeFunction(
        "mint",
        arguments -> {
          wishes.add((Boolean) ((Map<?, ?>) arguments[0]).get("fresh"));
          return system.token("brief", Duration.ofSeconds(5));
        });
    page.evaluate(
        """
        id => {
          const bar = document.createElement('processing-status');
          bar.tokenProvider = wish => window.mint(wish);
          bar.setAttribute('upload-id', id);
          bar.setAttribute('keep', '');
          bar.id = 'brief';
          document.querySelector('main').append(bar);
        }
        """,
        id);
    assertThat(page.locator("#brief")).hasAttribute("status", "completed", PATIENTLY);
    assertThat(wishes.poll()).as("the first token is any").isFalse();
    assertThat(wishes)
        .as("each later one replaces one that ran out")
        .isNotEmpty()
        .doesNotContain(false);
  }

  @Test
  void a_service_that_is_killed_in_mid_work_is_waited_for_and_caught_up_with() throws Exception {
    var arguments =
        List.of(
            "local",
            "--port",
            String.valueOf(FreePorts.first()),
            "--data",
            folder.resolve("data").toString());
    Locator bar = bar("survivor.csv");
    try (var local = Launched.headway(folder.resolve("key"), arguments)) {
      var ready = local.awaitReady();
      page.navigate(ready.baseUrl() + "/#token=" + ready.token());
      page.evaluate(
          """
          () => {
            window.versions = [];
            addEventListener('status', ({detail}) => window.versions.push(detail.version));
          }
          """);
      page.locator("#file").setInputFiles(leads("survivor.csv", 1_000));
      assertThat(bar.locator("[part=batches]"))
          .containsText(Pattern.compile("^[1-9]"), PATIENT_TEXT);
      local.kill();
    }
    assertThat(bar).hasAttribute("transport", "offline", PATIENTLY);
    assertThat(bar).hasAttribute("status", "processing");
    assertThat(bar.locator("[part=transport]")).containsText("No connection");
    try (var local = Launched.headway(folder.resolve("key"), arguments)) {
      var _ = local.awaitReady();
      assertThat(bar).hasAttribute("transport", "stream", PATIENTLY);
      assertThat(bar).hasAttribute("status", "completed", PATIENTLY);
      assertThat(bar.locator("[part=leads]")).hasText("1,000 of 1,000 leads");
    }
    var versions = (List<?>) page.evaluate("() => window.versions");
    assertThat(versions.stream().map(Integer.class::cast).toList())
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  void an_upload_is_cancelled_by_keyboard_alone_after_a_second_thought() throws Exception {
    signIn("keyboard");
    page.locator("#file").setInputFiles(leads("keys.csv", 3_000));
    Locator bar = bar("keys.csv");
    assertThat(bar).hasAttribute("status", "processing", PATIENTLY);

    page.locator("#file").focus();
    for (int tabs = 0; tabs < 10 && !focused().equals("cancel"); tabs++) {
      page.keyboard().press("Tab");
    }
    page.keyboard().press("Enter");
    assertThat(bar.locator("[part=question]")).isVisible();
    assertThat(focused()).as("the harmless answer comes first").isEqualTo("no");
    page.keyboard().press("Escape");
    assertThat(bar.locator("[part=question]")).isHidden();
    assertThat(focused()).isEqualTo("cancel");
    page.keyboard().press("Enter");
    page.keyboard().press("Tab");
    assertThat(focused()).isEqualTo("yes");
    page.keyboard().press("Enter");

    assertThat(bar).hasAttribute("status", "cancelled", PATIENTLY);
    assertThat(bar.locator("[part=state]")).hasText("Processing Cancelled");
    bar.locator("[part=dismiss]").press("Enter");
    assertThat(bar).hasCount(0);
  }

  private String focused() {
    return (String)
        page.evaluate(
            "() => document.activeElement.shadowRoot?.activeElement?.getAttribute('part') ?? ''");
  }

  @Test
  void a_completed_bar_stays_three_seconds_and_hides_itself() throws Exception {
    signIn("farewell");
    page.locator("#file").setInputFiles(leads("bye.csv", 20));
    assertThat(bar("bye.csv")).hasAttribute("status", "completed", PATIENTLY);
    String id = bar("bye.csv").getAttribute("upload-id");
    Locator followed = follow(page, id, "farewell");
    assertThat(followed).hasAttribute("status", "completed", PATIENTLY);
    assertThat(followed).isVisible();
    long from = System.nanoTime();
    followed.evaluate("bar => bar.removeAttribute('keep')");
    assertThat(followed).isHidden();
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThan(Duration.ofMillis(2_500));
  }

  @Test
  void every_state_has_nothing_that_axe_objects_to_in_both_themes_and_widths() throws Exception {
    needsAxe();
    signIn("looks");
    Path empty = Files.createFile(folder.resolve("empty.csv"));
    page.locator("#file").setInputFiles(new Path[] {leads("done.csv", 40), empty});
    assertThat(bar("done.csv")).hasAttribute("status", "completed", PATIENTLY);
    assertThat(bar("empty.csv")).hasAttribute("status", "error", PATIENTLY);
    page.locator("#file")
        .setInputFiles(SampleFiles.csv(folder, "October trade fair.csv", "fair", 3_000));
    Locator bar = bar("October trade fair.csv");
    assertThat(bar.locator("[part=batches]")).containsText(" of ", PATIENT_TEXT);
    bar.locator("[part=cancel]").click(); // asks, and so shows what it asks
    look("bar");
  }
}
