package dev.headway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.api.ProblemCode;
import dev.headway.status.OwnerId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PublishedKeysTest {
  private static final Instant START = Instant.parse("2025-01-09T10:00:00Z");
  private static final OwnerId ALICE = new OwnerId("alice");
  private static final String ISSUER = "https://issuer.example/pool";
  private static final KeyPair RSA = Tokens.rsa(2048);
  private static final KeyPair OTHER_RSA = Tokens.rsa(2048);
  private static final KeyPair EC = Tokens.ec();

  private static Vertx vertx;

  private final AtomicReference<Instant> now = new AtomicReference<>(START);

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() {
    vertx.close().await();
  }

  @Test
  void tokens_of_an_issuer_are_checked_with_its_published_keys() {
    try (Issuer issuer = new Issuer(Tokens.jwk("rsa", RSA), Tokens.jwk("ec", EC))) {
      JwtAuthenticator published = issuer.authenticator(now);
      JsonObject claims = issued();
      assertThat(
              List.of(
                  Tokens.rs256("rsa", claims, RSA.getPrivate()),
                  Tokens.es256("ec", claims, EC.getPrivate())))
          .allSatisfy(
              token -> assertThat(published.authenticate(token).await().owner()).isEqualTo(ALICE));
      assertThat(issuer.fetches).hasValue(1);
    }
  }

  @Test
  void an_access_token_of_Cognito_names_its_audience_as_client_id() {
    try (Issuer issuer = new Issuer(Tokens.jwk("rsa", RSA))) {
      JwtAuthenticator published = issuer.authenticator(now);
      JsonObject access = Tokens.without(issued(), "aud").put("client_id", "app");
      JsonObject several = issued().put("aud", new JsonArray().add("other").add("app"));
      assertThat(List.of(access, several))
          .allSatisfy(claims ->
              assertThat(
                      published
                          .authenticate(Tokens.rs256("rsa", claims, RSA.getPrivate()))
                          .await()
                          .owner())
                  .isEqualTo(ALICE));
      JsonObject foreign = issued().put("aud", "other").put("client_id", "another");
      JsonObject ofOthers = issued().put("aud", new JsonArray().add("other").add("another"));
      JsonObject ofNobody = issued().put("aud", new JsonArray());
      assertThat(
              List.of(
                  foreign,
                  ofOthers,
                  ofNobody,
                  Tokens.without(issued(), "aud"),
                  issued().put("aud", 5)))
          .allSatisfy(claims ->
              assertThat(Tokens.refusal(published, Tokens.rs256("rsa", claims, RSA.getPrivate())))
                  .isEqualTo(ProblemCode.INVALID_TOKEN));
    }
  }

  @Test
  void the_id_token_that_Cognito_makes_for_a_page_opens_nothing() {
    try (Issuer issuer = new Issuer(Tokens.jwk("rsa", RSA))) {
      JwtAuthenticator published = issuer.authenticator(now);
      JsonObject access =
          Tokens.without(issued(), "aud").put("client_id", "app").put("token_use", "access");
      JsonObject id = issued().put("token_use", "id");
      assertThat(
              published.authenticate(Tokens.rs256("rsa", access, RSA.getPrivate())).await().owner())
          .isEqualTo(ALICE);
      assertThat(Tokens.refusal(published, Tokens.rs256("rsa", id, RSA.getPrivate())))
          .isEqualTo(ProblemCode.INVALID_TOKEN);
    }
  }

  @Test
  void a_key_checks_signatures_of_its_own_algorithm_only() {
    try (Issuer issuer = new Issuer(Tokens.jwk("rsa", RSA), Tokens.jwk("ec", EC))) {
      JwtAuthenticator published = issuer.authenticator(now);
      JsonObject claims = issued();
      String[] good = Tokens.es256("ec", claims, EC.getPrivate()).split("\\.", -1);
      String zeros = Tokens.base64(new byte[64]);
      assertThat(
              List.of(
                  Tokens.rs256("ec", claims, RSA.getPrivate()),
                  Tokens.es256("rsa", claims, EC.getPrivate()),
                  Tokens.es256("rsa", claims, Tokens.ec().getPrivate()),
                  Tokens.es256Der("ec", claims, EC.getPrivate()),
                  good[0] + "." + good[1] + "." + zeros))
          .allSatisfy(token ->
              assertThat(Tokens.refusal(published, token)).isEqualTo(ProblemCode.INVALID_TOKEN));
    }
  }

  @Test
  void a_flood_of_invented_key_ids_while_the_issuer_hangs_costs_it_one_request() {
    AtomicLong nanos = new AtomicLong();
    try (Issuer issuer = new Issuer(Tokens.jwk("rsa", RSA))) {
      JwtAuthenticator published = issuer.authenticator(now, nanos);
      published.authenticate(Tokens.rs256("rsa", issued(), RSA.getPrivate())).await();
      nanos.addAndGet(Duration.ofSeconds(30).toNanos());
      issuer.hang();
      List<Future<Caller>> flood = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        flood.add(
            published.authenticate(Tokens.rs256("invented" + i, issued(), OTHER_RSA.getPrivate())));
      }
      // Whoever has a key that is known waits for nobody.
      String honest = Tokens.rs256("rsa", issued().put("jti", "z"), RSA.getPrivate());
      assertThat(published.authenticate(honest).await().owner()).isEqualTo(ALICE);
      assertThat(issuer.fetches.get()).isLessThanOrEqualTo(2);
      issuer.release();
      assertThat(flood)
          .allSatisfy(one -> assertThatThrownBy(one::await).hasMessageContaining("INVALID_TOKEN"));
      assertThat(issuer.fetches).hasValue(2);
    }
  }

  @Test
  void a_public_key_is_no_shared_key() {
    try (Issuer issuer = new Issuer(Tokens.jwk("rsa", RSA))) {
      JwtAuthenticator published = issuer.authenticator(now);
      JsonObject header = new JsonObject().put("alg", "HS256").put("kid", "rsa");
      String pem =
          "-----BEGIN PUBLIC KEY-----\n"
              + java.util.Base64.getMimeEncoder().encodeToString(RSA.getPublic().getEncoded())
              + "\n-----END PUBLIC KEY-----\n";
      assertThat(
              List.of(
                  RSA.getPublic().getEncoded(),
                  pem.getBytes(StandardCharsets.US_ASCII),
                  Tokens.jwk("rsa", RSA).getString("n").getBytes(StandardCharsets.US_ASCII)))
          .allSatisfy(key ->
              assertThat(Tokens.refusal(published, Tokens.hs256(header, issued(), key)))
                  .isEqualTo(ProblemCode.INVALID_TOKEN));
    }
  }

  @Test
  void a_key_that_is_new_is_fetched_but_invented_ones_do_not_flood_the_issuer() {
    AtomicLong nanos = new AtomicLong();
    try (Issuer issuer = new Issuer(Tokens.jwk("old", RSA))) {
      JwtAuthenticator published = issuer.authenticator(now, nanos);
      published.authenticate(Tokens.rs256("old", issued(), RSA.getPrivate())).await();
      issuer.publish(Tokens.jwk("old", RSA), Tokens.jwk("new", OTHER_RSA));
      String rotated = Tokens.rs256("new", issued(), OTHER_RSA.getPrivate());

      assertThat(Tokens.refusal(published, rotated)).isEqualTo(ProblemCode.INVALID_TOKEN);
      assertThat(issuer.fetches).hasValue(1); // fetched just now: not again so soon

      nanos.addAndGet(Duration.ofSeconds(30).toNanos());
      assertThat(published.authenticate(rotated).await().owner()).isEqualTo(ALICE);
      assertThat(issuer.fetches).hasValue(2);

      for (int i = 0; i < 50; i++) {
        Tokens.refusal(published, Tokens.rs256("invented" + i, issued(), OTHER_RSA.getPrivate()));
      }
      assertThat(issuer.fetches).hasValue(2);
    }
  }

  @Test
  void callers_that_come_at_once_share_one_fetch() {
    try (Issuer issuer = new Issuer(Tokens.jwk("rsa", RSA))) {
      JwtAuthenticator published = issuer.authenticator(now);
      List<Future<Caller>> callers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        callers.add(
            published.authenticate(
                Tokens.rs256("rsa", issued().put("jti", "t" + i), RSA.getPrivate())));
      }
      Future.join(callers).await();
      assertThat(issuer.fetches).hasValue(1);
    }
  }

  @Test
  void an_issuer_that_is_away_stops_nobody_whose_key_is_known() {
    AtomicLong nanos = new AtomicLong();
    try (Issuer issuer = new Issuer(Tokens.jwk("rsa", RSA))) {
      JwtAuthenticator published = issuer.authenticator(now, nanos);
      published.authenticate(Tokens.rs256("rsa", issued(), RSA.getPrivate())).await();
      issuer.fail(500);
      nanos.addAndGet(Duration.ofHours(2).toNanos());
      String another = Tokens.rs256("rsa", issued().put("jti", "x"), RSA.getPrivate());
      assertThat(published.authenticate(another).await().owner()).isEqualTo(ALICE);

      nanos.addAndGet(Duration.ofHours(23).toNanos());
      String tooLate = Tokens.rs256("rsa", issued().put("jti", "y"), RSA.getPrivate());
      assertThat(Tokens.refusal(published, tooLate)).isEqualTo(ProblemCode.OVERLOADED);
    }
  }

  @Test
  void an_issuer_that_answers_nonsense_means_try_again_not_invalid() {
    String token = Tokens.rs256("rsa", issued(), RSA.getPrivate());
    KeyPair weak = Tokens.rsa(1024);
    JsonObject encryption = Tokens.jwk("rsa", RSA).put("use", "enc");
    JsonObject shared =
        new JsonObject().put("kty", "oct").put("kid", "rsa").put("k", "AAAA").put("alg", "RS256");
    List<String> documents =
        List.of(
            "",
            "[]",
            "{}",
            "{\"keys\":5}",
            "{\"keys\":[5,null,{}]}",
            "x".repeat(300_000),
            keys(encryption),
            keys(shared),
            keys(Tokens.jwk("rsa", weak)),
            keys(Tokens.jwk("rsa", RSA).put("alg", "RS512")),
            keys(Tokens.jwk("rsa", RSA).put("n", "!".repeat(400))));
    for (String document : documents) {
      try (Issuer issuer = new Issuer()) {
        issuer.document = document;
        assertThat(Tokens.refusal(issuer.authenticator(now), token))
            .as(document.substring(0, Math.min(60, document.length())))
            .isEqualTo(ProblemCode.OVERLOADED);
      }
    }
  }

  @Test
  void one_broken_key_does_not_take_the_others_with_it() {
    try (Issuer issuer =
        new Issuer(Tokens.jwk("broken", RSA).put("n", "!".repeat(400)), Tokens.jwk("rsa", RSA))) {
      String token = Tokens.rs256("rsa", issued(), RSA.getPrivate());
      assertThat(issuer.authenticator(now).authenticate(token).await().owner()).isEqualTo(ALICE);
    }
  }

  @Test
  void keys_are_fetched_over_https_except_on_this_machine() {
    assertThatThrownBy(() ->
            JwtAuthenticator.forIssuer(
                vertx,
                URI.create("http://issuer.example/keys"),
                TokenRules.published(ISSUER, Set.of("app")),
                now::get))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static JsonObject issued() {
    return Tokens.claims("alice", START).put("iss", ISSUER).put("aud", "app");
  }

  private static String keys(JsonObject... keys) {
    return new JsonObject().put("keys", new JsonArray(List.of(keys))).encode();
  }

  /** Publishes keys as an identity provider does. */
  private static final class Issuer implements AutoCloseable {
    final AtomicInteger fetches = new AtomicInteger();
    volatile String document;
    private volatile int httpStatus = 200;
    private volatile boolean hanging;
    private final List<io.vertx.core.http.HttpServerRequest> waiting =
        new java.util.concurrent.CopyOnWriteArrayList<>();
    private final io.vertx.core.http.HttpServer server;

    Issuer(JsonObject... keys) {
      document = keys(keys);
      server =
          vertx
              .createHttpServer()
              .requestHandler(request -> {
                fetches.incrementAndGet();
                if (hanging) {
                  waiting.add(request);
                } else {
                  answer(request);
                }
              })
              .listen(0, "127.0.0.1")
              .await();
    }

    private void answer(io.vertx.core.http.HttpServerRequest request) {
      request.response().setStatusCode(httpStatus).end(document);
    }

    /** Takes requests and does not answer them. */
    void hang() {
      hanging = true;
    }

    /** Answers those that wait, too. */
    void release() {
      hanging = false;
      vertx.runOnContext(loop -> waiting.forEach(this::answer));
    }

    void publish(JsonObject... keys) {
      document = keys(keys);
    }

    void fail(int status) {
      httpStatus = status;
    }

    JwtAuthenticator authenticator(AtomicReference<Instant> now) {
      return authenticator(now, new AtomicLong());
    }

    JwtAuthenticator authenticator(AtomicReference<Instant> now, AtomicLong nanos) {
      URI address = URI.create("http://127.0.0.1:" + server.actualPort() + "/jwks.json");
      TokenRules rules = TokenRules.published(ISSUER, Set.of("app"));
      PublishedKeys keys =
          new PublishedKeys(
              vertx, address, rules.algorithms(), PublishedKeys.Pace.DEFAULT, nanos::get);
      return new JwtAuthenticator(keys, rules, now::get);
    }

    @Override
    public void close() {
      server.close().await();
    }
  }
}
