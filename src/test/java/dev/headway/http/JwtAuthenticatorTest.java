package dev.headway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.api.ProblemCode;
import dev.headway.status.OwnerId;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.jwt.JWTAuth;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JwtAuthenticatorTest {
  private static final Instant START = Instant.parse("2025-01-09T10:00:00Z");
  private static final OwnerId ALICE = new OwnerId("alice");
  private static final KeyPair RSA = Tokens.rsa(2048);

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

  private JwtAuthenticator development;

  @BeforeEach
  void developmentRules() {
    development =
        JwtAuthenticator.forDevelopment(
            vertx, Tokens.SHARED_KEY, TokenRules.development(), now::get);
  }

  private static JsonObject claims() {
    return Tokens.claims("alice", START);
  }

  @Test
  void a_good_token_names_its_owner_and_its_end() {
    Caller caller = development.authenticate(Tokens.hs256(claims())).await();
    assertThat(caller).isEqualTo(new Caller(ALICE, START.plus(Duration.ofHours(1))));
  }

  @Test
  void a_token_that_many_bring_before_there_are_keys_is_checked_once() {
    var checks = new AtomicInteger();
    Promise<JWTAuth> keys = Promise.promise();
    var early = new JwtAuthenticator(id -> keys.future(), TokenRules.development(), now::get);
    String token = Tokens.hs256(claims());
    var callers = Stream.generate(() -> early.authenticate(token)).limit(3).toList();
    keys.complete(counted(checks));
    assertThat(callers).allSatisfy(caller -> assertThat(caller.await().owner()).isEqualTo(ALICE));
    assertThat(checks).hasValue(1);
  }

  private static JWTAuth counted(AtomicInteger checks) {
    var key =
        new JsonObject()
            .put("kty", "oct")
            .put("alg", TokenRules.HS256)
            .put("k", Base64.getUrlEncoder().withoutPadding().encodeToString(Tokens.SHARED_KEY));
    JWTAuth real = JwtAuthenticator.signatures(vertx, List.of(key));
    return (JWTAuth)
        Proxy.newProxyInstance(
            JWTAuth.class.getClassLoader(),
            new Class<?>[] {JWTAuth.class},
            (proxy, method, arguments) -> {
              checks.incrementAndGet();
              return method.invoke(real, arguments);
            });
  }

  @Test
  void a_token_expires_also_when_it_is_remembered() {
    String token = Tokens.hs256(claims());
    development.authenticate(token).await();
    now.set(START.plus(Duration.ofHours(1)).minusMillis(1));
    development.authenticate(token).await();
    now.set(START.plus(Duration.ofHours(1)));
    assertThat(Tokens.refusal(development, token)).isEqualTo(ProblemCode.TOKEN_EXPIRED);
  }

  @Test
  void an_expired_token_is_told_from_an_invalid_one() {
    String token = Tokens.hs256(claims().put("exp", START.getEpochSecond()));
    assertThat(Tokens.refusal(development, token)).isEqualTo(ProblemCode.TOKEN_EXPIRED);
    String forged = token.substring(0, token.length() - 4) + "AAAA";
    assertThat(Tokens.refusal(development, forged)).isEqualTo(ProblemCode.INVALID_TOKEN);
  }

  @Test
  void clock_skew_is_allowed_for_at_both_ends() {
    TokenRules rules =
        new TokenRules(
            TokenRules.DEVELOPMENT_ISSUER, Set.of(), Set.of("HS256"), Duration.ofSeconds(30));
    JwtAuthenticator lenient =
        JwtAuthenticator.forDevelopment(vertx, Tokens.SHARED_KEY, rules, now::get);
    long second = START.getEpochSecond();
    String early = Tokens.hs256(claims().put("nbf", second + 30));
    String tooEarly = Tokens.hs256(claims().put("nbf", second + 31));
    String late = Tokens.hs256(claims().put("exp", second - 29));
    String tooLate = Tokens.hs256(claims().put("exp", second - 30));
    assertThat(lenient.authenticate(early).await().owner()).isEqualTo(ALICE);
    assertThat(Tokens.refusal(lenient, tooEarly)).isEqualTo(ProblemCode.INVALID_TOKEN);
    assertThat(Tokens.refusal(lenient, tooLate)).isEqualTo(ProblemCode.TOKEN_EXPIRED);
    // A stream of it would end at once, and come back at once, if it ended with exp.
    assertThat(lenient.authenticate(late).await().authorizedUntil())
        .isEqualTo(START.plusSeconds(1));
  }

  @Test
  void claims_that_are_missing_or_nonsense_are_refused() {
    List<UnaryOperator<JsonObject>> spoilers =
        List.of(
            claims -> Tokens.without(claims, "exp"),
            claims -> claims.put("exp", "tomorrow"),
            claims -> claims.put("exp", -1),
            claims -> claims.put("exp", 1e300),
            claims -> claims.put("exp", new JsonArray()),
            claims -> claims.putNull("exp"),
            claims -> claims.put("nbf", START.getEpochSecond() + 1),
            claims -> claims.put("nbf", "later"),
            claims -> Tokens.without(claims, "iss"),
            claims -> claims.put("iss", "https://elsewhere.example"),
            claims -> claims.put("iss", 5),
            claims -> Tokens.without(claims, "sub"),
            claims -> claims.put("sub", ""),
            claims -> claims.put("sub", "alice\r\nX-Injected: 1"),
            claims -> claims.put("sub", "alice\u0000"),
            claims -> claims.put("sub", 7),
            claims -> claims.put("token_use", "id"),
            claims -> claims.put("token_use", true),
            claims -> claims.put("sub", "x".repeat(683)),
            claims -> claims.put("sub", new JsonObject()));
    for (UnaryOperator<JsonObject> spoiler : spoilers) {
      JsonObject spoilt = spoiler.apply(claims());
      assertThat(Tokens.refusal(development, Tokens.hs256(spoilt)))
          .as(spoilt.encode())
          .isEqualTo(ProblemCode.INVALID_TOKEN);
    }
  }

  @Test
  void no_signature_and_no_other_algorithm_is_accepted() {
    JsonObject none = new JsonObject().put("alg", "none");
    JsonObject claims = claims();
    byte[] otherKey = "another key of thirty-two bytes!".getBytes(StandardCharsets.US_ASCII);
    assertThat(
            List.of(
                Tokens.unsigned(none, claims, ""),
                Tokens.unsigned(none, claims, "AAAA"),
                Tokens.unsigned(new JsonObject().put("alg", "NONE"), claims, "AAAA"),
                Tokens.unsigned(new JsonObject().put("alg", "HS256"), claims, ""),
                Tokens.unsigned(new JsonObject().put("alg", "HS256"), claims, "AAAA"),
                Tokens.unsigned(new JsonObject().put("alg", 256), claims, "AAAA"),
                Tokens.unsigned(new JsonObject(), claims, "AAAA"),
                Tokens.hs256(new JsonObject().put("alg", "HS512"), claims, Tokens.SHARED_KEY),
                Tokens.hs256(new JsonObject().put("alg", "hs256"), claims, Tokens.SHARED_KEY),
                Tokens.hs256(new JsonObject().put("alg", "HS256"), claims, otherKey),
                Tokens.rs256("k", claims, RSA.getPrivate())))
        .allSatisfy(token ->
            assertThat(Tokens.refusal(development, token)).isEqualTo(ProblemCode.INVALID_TOKEN));
  }

  @Test
  void a_token_that_says_a_thing_twice_is_refused() {
    String header = Tokens.base64("{\"alg\":\"HS256\"}");
    String claims = claims().encode();
    String twice = claims.substring(0, claims.length() - 1) + ",\"sub\":\"mallory\"}";
    assertThat(development.authenticate(Tokens.hs256(header, claims)).await().owner())
        .isEqualTo(ALICE);
    assertThat(
            List.of(
                Tokens.hs256(header, twice),
                Tokens.hs256(header, claims + "{}"),
                Tokens.hs256(Tokens.base64("{\"alg\":\"HS256\",\"alg\":\"HS256\"}"), claims)))
        .allSatisfy(token ->
            assertThat(Tokens.refusal(development, token)).isEqualTo(ProblemCode.INVALID_TOKEN));
  }

  @Test
  void a_header_that_demands_or_brings_what_it_must_not_decide_is_of_no_use() {
    KeyPair own = Tokens.rsa(2048);
    JsonObject jwk = Tokens.jwk("own", own);
    JsonObject hs256 = new JsonObject().put("alg", "HS256");
    byte[] ownKey = "the attacker's key of 32 bytes!!".getBytes(StandardCharsets.US_ASCII);
    JsonObject shared =
        new JsonObject().put("kty", "oct").put("alg", "HS256").put("k", Tokens.base64(ownKey));
    JsonArray chain =
        new JsonArray()
            .add(java.util.Base64.getEncoder().encodeToString(own.getPublic().getEncoded()));
    assertThat(
            List.of(
                Tokens.hs256(
                    hs256.copy().put("crit", new JsonArray().add("exp")),
                    claims(),
                    Tokens.SHARED_KEY),
                Tokens.hs256(hs256.copy().put("crit", "b64"), claims(), Tokens.SHARED_KEY),
                Tokens.hs256(hs256.copy().put("kid", 5), claims(), Tokens.SHARED_KEY),
                Tokens.hs256(hs256.copy().put("jwk", shared), claims(), ownKey),
                Tokens.hs256(hs256.copy().put("jku", "http://127.0.0.1:9/"), claims(), ownKey),
                Tokens.rs256(new JsonObject().put("jwk", jwk), claims(), own.getPrivate()),
                Tokens.rs256(new JsonObject().put("x5c", chain), claims(), own.getPrivate()),
                Tokens.rs256(
                    new JsonObject().put("x5u", "http://127.0.0.1:9/"),
                    claims(),
                    own.getPrivate())))
        .allSatisfy(token ->
            assertThat(Tokens.refusal(development, token)).isEqualTo(ProblemCode.INVALID_TOKEN));
  }

  @Test
  void a_token_that_lives_for_ever_is_one_that_never_expires() {
    for (double never : List.of(253_402_300_800.0, 1e18, 9.2e18)) {
      assertThat(Tokens.refusal(development, Tokens.hs256(claims().put("exp", never))))
          .isEqualTo(ProblemCode.INVALID_TOKEN);
    }
    String long_ = Tokens.hs256(claims().put("exp", 253_402_300_799L));
    assertThat(development.authenticate(long_).await().authorizedUntil())
        .isEqualTo(Instant.parse("9999-12-31T23:59:59Z"));
  }

  @Test
  void a_token_that_was_changed_anywhere_is_refused() {
    String[] parts = Tokens.hs256(claims()).split("\\.", -1);
    String richer = Tokens.base64(claims().put("sub", "mallory").encode());
    assertThat(Tokens.refusal(development, parts[0] + "." + richer + "." + parts[2]))
        .isEqualTo(ProblemCode.INVALID_TOKEN);
    assertThat(Tokens.refusal(development, String.join(".", parts) + ".x"))
        .isEqualTo(ProblemCode.INVALID_TOKEN);
  }

  /** The check of a signature reads all of it, so what is longer is not begun. */
  @Test
  void a_token_of_8_KB_is_read_and_one_that_is_longer_is_not() {
    assertThat(BearerToken.of(List.of("Bearer " + "a".repeat(8192)))).hasSize(8192);
    assertThatThrownBy(() -> BearerToken.of(List.of("Bearer " + "a".repeat(8193))))
        .hasMessageContaining("too long");
    assertThatThrownBy(() -> BearerToken.of(List.of("Bearer"))).hasMessageContaining("Send the");
    assertThatThrownBy(() -> BearerToken.of(List.of(""))).hasMessageContaining("Send the");
    assertThatThrownBy(() -> BearerToken.of(List.of("Bearer a", "Bearer a")))
        .hasMessageContaining("one Authorization");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        ".",
        "..",
        "...",
        "a.b.c",
        "e30.e30.e30",
        "bnVsbA.bnVsbA.bnVsbA",
        "W10.W10.W10",
        "%.%.%",
        "eyJhbGciOiJIUzI1NiJ9..AAAA",
        "eyJhbGciOiJIUzI1NiJ9.bnVsbA.AAAA",
        "\u00fc.\u00fc.\u00fc",
      })
  void garbage_is_refused(String garbage) {
    assertThat(Tokens.refusal(development, garbage)).isEqualTo(ProblemCode.INVALID_TOKEN);
  }

  @Test
  void a_short_key_is_not_taken() {
    assertThatThrownBy(() ->
            JwtAuthenticator.forDevelopment(
                vertx, new byte[31], TokenRules.development(), now::get))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rules_refuse_what_would_let_a_public_key_pass_as_a_shared_one() {
    assertThatThrownBy(() -> new TokenRules("i", Set.of(), Set.of("HS256", "RS256"), Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TokenRules("i", Set.of(), Set.of("none"), Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TokenRules.published("i", Set.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
