package dev.headway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.api.StreamTicket;
import dev.headway.status.OwnerId;
import dev.headway.status.UploadId;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TicketsTest {
  private static final Instant START = Instant.parse("2025-01-09T10:00:00Z");
  private static final UploadId A = new UploadId("a");
  private static final UploadId B = new UploadId("b");
  private static final Caller ALICE =
      new Caller(new OwnerId("alice ü 🦊"), START.plusSeconds(3600));
  private static final TicketSecret OLD = new TicketSecret("old".repeat(20));
  private static final TicketSecret NEW = new TicketSecret("new".repeat(20));

  private final AtomicReference<Instant> now = new AtomicReference<>(START);

  private Tickets tickets(TicketSecret... secrets) {
    return Tickets.of(List.of(secrets), now::get);
  }

  private static ProblemCode refusal(Tickets tickets, UploadId id, String ticket) {
    try {
      tickets.open(id, ticket);
    } catch (ProblemException problem) {
      return problem.code();
    }
    throw new AssertionError("accepted");
  }

  @Test
  void a_ticket_says_at_every_node_with_the_secret_who_may_watch_and_until_when() {
    StreamTicket ticket = tickets(OLD).issue(A, ALICE);
    assertThat(ticket.expiresAt()).isEqualTo(ALICE.authorizedUntil());
    assertThat(tickets(OLD).open(A, ticket.ticket())).isEqualTo(ALICE);
    assertThat(tickets(OLD).open(A, ticket.ticket())).isEqualTo(ALICE); // again, for a reconnect
  }

  @Test
  void a_ticket_for_one_upload_is_none_for_another() {
    String ticket = tickets(OLD).issue(A, ALICE).ticket();
    assertThat(refusal(tickets(OLD), B, ticket)).isEqualTo(ProblemCode.INVALID_TOKEN);
  }

  @Test
  void a_ticket_ends_with_the_token_that_made_it() {
    String ticket = tickets(OLD).issue(A, ALICE).ticket();
    now.set(ALICE.authorizedUntil().minusMillis(1));
    assertThat(tickets(OLD).open(A, ticket)).isEqualTo(ALICE);
    now.set(ALICE.authorizedUntil());
    assertThat(refusal(tickets(OLD), A, ticket)).isEqualTo(ProblemCode.TOKEN_EXPIRED);
  }

  @Test
  void a_secret_is_replaced_without_a_moment_in_which_tickets_are_refused() {
    String ofOld = tickets(OLD).issue(A, ALICE).ticket();
    // First all nodes learn to open, then to make, then forget.
    String ofFirstStep = tickets(OLD, NEW).issue(A, ALICE).ticket();
    String ofSecondStep = tickets(NEW, OLD).issue(A, ALICE).ticket();
    assertThat(tickets(OLD).open(A, ofFirstStep)).isEqualTo(ALICE);
    assertThat(List.of(ofOld, ofFirstStep, ofSecondStep))
        .allSatisfy(ticket -> assertThat(tickets(NEW, OLD).open(A, ticket)).isEqualTo(ALICE));
    assertThat(tickets(NEW).open(A, ofSecondStep)).isEqualTo(ALICE);
    assertThat(refusal(tickets(NEW), A, ofOld)).isEqualTo(ProblemCode.INVALID_TOKEN);
  }

  @Test
  void without_a_secret_a_node_opens_its_own_tickets_only() {
    Tickets one = tickets();
    String ticket = one.issue(A, ALICE).ticket();
    assertThat(one.open(A, ticket)).isEqualTo(ALICE);
    assertThat(refusal(tickets(), A, ticket)).isEqualTo(ProblemCode.INVALID_TOKEN);
  }

  @Test
  void a_ticket_that_was_changed_in_any_bit_or_cut_anywhere_is_refused() {
    byte[] ticket = Base64.getUrlDecoder().decode(tickets(OLD).issue(A, ALICE).ticket());
    for (int bit = 0; bit < ticket.length * 8; bit++) {
      byte[] changed = ticket.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(refusal(tickets(OLD), A, encoded(changed))).isEqualTo(ProblemCode.INVALID_TOKEN);
    }
    IntStream.range(0, ticket.length)
        .forEach(length ->
            assertThat(refusal(tickets(OLD), A, encoded(Arrays.copyOf(ticket, length))))
                .isEqualTo(ProblemCode.INVALID_TOKEN));
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Test
  void garbage_and_tokens_are_no_tickets() {
    String token = Tokens.hs256(Tokens.claims("alice", START));
    for (String text :
        List.of("", "%", "a b", "ü", "=", token, "A".repeat(2999), "A".repeat(1_000_000))) {
      assertThat(refusal(tickets(OLD), A, text)).isEqualTo(ProblemCode.INVALID_TOKEN);
    }
  }

  @Test
  void a_ticket_tells_nobody_whose_it_is_and_no_two_are_alike() {
    Tickets tickets = tickets(OLD);
    String one = tickets.issue(A, ALICE).ticket();
    assertThat(one).matches("[A-Za-z0-9_-]+").isNotEqualTo(tickets.issue(A, ALICE).ticket());
    assertThat(
            new String(Base64.getUrlDecoder().decode(one), java.nio.charset.StandardCharsets.UTF_8))
        .doesNotContain("alice");
    assertThat(tickets.issue(A, ALICE).toString()).doesNotContain(one);
    assertThat(OLD.toString()).doesNotContain("oldold");
  }

  @Test
  void the_longest_subject_and_upload_id_fit() {
    var longest = new Caller(new OwnerId("字".repeat(682)), START.plus(Duration.ofDays(1)));
    var id = new UploadId("x".repeat(255));
    String ticket = tickets(OLD).issue(id, longest).ticket();
    assertThat(ticket).hasSizeLessThan(3000);
    assertThat(tickets(OLD).open(id, ticket)).isEqualTo(longest);
  }

  @Test
  void a_short_secret_is_refused() {
    assertThatThrownBy(() -> new TicketSecret("x".repeat(31)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("xxx");
    assertThat(new TicketSecret("x".repeat(32))).hasToString("TicketSecret[…]");
  }
}
