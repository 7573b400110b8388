package dev.headway.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads a secret as the function does, from something that answers like Secrets Manager. */
class SecretOfModelTest {
  private final AtomicReference<String> asked = new AtomicReference<>("");
  private HttpServer manager;
  private Map<String, String> properties;

  @BeforeEach
  void start() throws IOException {
    manager = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    manager.createContext(
        "/",
        exchange -> {
          asked.set(
              exchange.getRequestHeaders().getFirst("X-Amz-Target")
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          byte[] answer =
              """
              {"ARN":"arn:secret","Name":"model","SecretString":"the key"}\
              """
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.1");
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    manager.start();
    properties =
        Map.of(
            "aws.region", "eu-central-1",
            "aws.accessKeyId", "none",
            "aws.secretAccessKey", "none",
            "aws.endpointUrlSecretsManager", "http://127.0.0.1:" + manager.getAddress().getPort());
    properties.forEach(System::setProperty);
  }

  @AfterEach
  void stop() {
    properties.keySet().forEach(System::clearProperty);
    manager.stop(0);
  }

  @Test
  void the_key_of_the_model_is_the_content_of_its_secret() {
    var workshop = new Workshop(new Environment(Map.of()));
    assertThat(workshop.secret("arn:secret")).isEqualTo("the key");
    assertThat(asked.get())
        .contains("secretsmanager.GetSecretValue")
        .contains("\"SecretId\":\"arn:secret\"");
  }
}
