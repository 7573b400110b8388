package dev.headway.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.status.OwnerId;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DevelopmentTokensTest {
  private static final OwnerId JANE = new OwnerId("jane");

  @TempDir private Path directory;
  private DevelopmentKey key;
  private DevelopmentTokens tokens;

  @BeforeEach
  void make_a_key() {
    key = DevelopmentKey.at(directory.resolve("key"));
    tokens = new DevelopmentTokens(key, InstantSource.system());
  }

  @Test
  void a_token_says_who_and_until_when() {
    var now = Instant.parse("2025-01-09T10:00:00.789Z");
    var minted =
        new DevelopmentTokens(key, InstantSource.fixed(now)).mint(JANE, Duration.ofHours(1));

    var parts = minted.split("\\.", -1);
    assertThat(parts).hasSize(3);
    assertThat(decoded(parts[0])).isEqualTo(new JsonObject().put("alg", "HS256").put("typ", "JWT"));
    assertThat(decoded(parts[1]))
        .isEqualTo(
            new JsonObject()
                .put("sub", "jane")
                .put("iss", "headway-development")
                .put("iat", 1736416800)
                .put("exp", 1736420400));
  }

  @Test
  void a_library_that_has_the_key_accepts_it_and_one_with_another_key_does_not() {
    var minted = tokens.mint(JANE, Duration.ofMinutes(1));
    var vertx = Vertx.vertx();
    try {
      var user = auth(vertx, key).authenticate(new TokenCredentials(minted)).await();
      assertThat(user.subject()).isEqualTo("jane");

      var other = auth(vertx, DevelopmentKey.at(directory.resolve("other")));
      assertThatThrownBy(() -> other.authenticate(new TokenCredentials(minted)).await())
          .hasMessageContaining("ignature");
    } finally {
      vertx.close().await();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\"b\\c", "back\\slash and tab", "Jörg 😀 \u2028", "</script>"})
  void any_owner_arrives_unchanged(String owner) {
    var claims =
        decoded(tokens.mint(new OwnerId(owner), Duration.ofMinutes(1)).split("\\.", -1)[1]);
    assertThat(claims.getString("sub")).isEqualTo(owner);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT0.9S", "PT-1H"})
  void a_token_that_is_over_before_it_begins_is_refused(String lifetime) {
    assertThatThrownBy(() -> tokens.mint(JANE, Duration.parse(lifetime)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static JWTAuth auth(Vertx vertx, DevelopmentKey key) {
    return JWTAuth.create(
        vertx,
        new JWTAuthOptions()
            .addPubSecKey(
                new PubSecKeyOptions()
                    .setAlgorithm("HS256")
                    .setBuffer(Buffer.buffer(key.bytes()))));
  }

  private static JsonObject decoded(String part) {
    return new JsonObject(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
  }
}
