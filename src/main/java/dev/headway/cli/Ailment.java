package dev.headway.cli;

import static dev.headway.cli.Intermediary.ALB;
import static dev.headway.cli.Intermediary.APACHE;
import static dev.headway.cli.Intermediary.CLOUDFRONT;
import static dev.headway.cli.Intermediary.NGINX;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a way to the service may suffer from, and the directive that ends it in each of the four
 * that usually stand there. One that cannot be the cause is left out.
 */
enum Ailment {
  BUFFERING(
      "Nothing on the way may collect what the service streams.",
      Map.of(
          NGINX,
          "`proxy_buffering off;` in the location of /status, or remove `proxy_ignore_headers"
              + " X-Accel-Buffering`: the service itself asks not to be buffered",
          APACHE,
          "`SecResponseBodyAccess Off` of ModSecurity in a `<Location>` of /status; Apache's own"
              + " modules pass streams on",
          ALB,
          "passes streams on; only a target of the type `lambda` is collected: use `ip` or"
              + " `instance`",
          CLOUDFRONT,
          "the cache policy `Managed-CachingDisabled` on /status*, and no function that reads the"
              + " response's body")),
  COMPRESSION(
      "A compressor holds back what it has until a block is full.",
      Map.of(
          NGINX,
          "`gzip off;` in the location of /status, or take `text/event-stream` and `*` out of"
              + " `gzip_types` (and `brotli_types`)",
          APACHE,
          "`SetEnvIf Request_URI \"^/status\" no-gzip no-brotli`",
          CLOUDFRONT,
          "\"Compress objects automatically\" off (`Compress: false`) on /status*")),
  IDLE_CUT(
      "The service sends a heartbeat every 15 s: connections must be allowed to be silent longer.",
      Map.of(
          NGINX,
          "`proxy_read_timeout 60s;` (and `send_timeout`) in the location of /status",
          APACHE,
          "`ProxyTimeout 60`, or `timeout=60` on the ProxyPass of /status",
          ALB,
          "the attribute `idle_timeout.timeout_seconds` at 60 or more",
          CLOUDFRONT,
          "the origin's response timeout (`OriginReadTimeout`) at 60")),
  CUT(
      "A stream lives as long as its token; each cut costs a reconnect.",
      Map.of(
          NGINX,
          "`worker_shutdown_timeout` cuts at each reload; `proxy_read_timeout` after silence",
          APACHE,
          "`ProxyTimeout`, and `GracefulShutdownTimeout` at each reload",
          ALB,
          "a target that fails its health check, or `deregistration_delay.timeout_seconds`",
          CLOUDFRONT,
          "the origin's response completion timeout (`ResponseCompletionTimeout`): leave it unset")),
  HTTP1_ONLY(
      "Browsers open six connections to a host over HTTP/1.1, for all tabs together.",
      Map.of(
          NGINX,
          "`http2 on;` in the server block (before 1.25.1: `listen 443 ssl http2;`)",
          APACHE,
          "`Protocols h2 http/1.1` with mod_http2",
          ALB,
          "an HTTPS listener; the attribute `routing.http2.enabled` is true",
          CLOUDFRONT,
          "`HttpVersion: http2and3` of the distribution")),
  ACCEPT_LOST(
      "The header Accept chooses between record and stream, and has to reach the service.",
      Map.of(
          NGINX,
          "remove `proxy_set_header Accept …`",
          APACHE,
          "remove `RequestHeader set Accept` or `unset Accept`",
          CLOUDFRONT,
          "the origin request policy `Managed-AllViewer` on /status*, with"
              + " `Managed-CachingDisabled`")),
  AUTHORIZATION_LOST(
      "The header Authorization carries the token, and has to reach the service.",
      Map.of(
          NGINX,
          "remove `proxy_set_header Authorization …` and `auth_basic` from the location",
          APACHE,
          "remove `RequestHeader unset Authorization` and `AuthType` from the location",
          ALB,
          "no `authenticate-oidc` or `authenticate-cognito` action on the rule of /status",
          CLOUDFRONT,
          "the origin request policy `Managed-AllViewer` (with `Managed-CachingDisabled`): other"
              + " policies drop it")),
  LAST_EVENT_ID_LOST(
      "Last-Event-ID tells the service what a returning reader has; without it each return costs a"
          + " whole record.",
      Map.of(
          NGINX,
          "remove `proxy_set_header Last-Event-ID …`, and `proxy_pass_request_headers off`",
          APACHE,
          "remove `RequestHeader unset Last-Event-ID`",
          CLOUDFRONT,
          "the origin request policy `Managed-AllViewer` on /status*")),
  CACHED(
      "A cache that keeps these answers shows old ones, and may show them to others.",
      Map.of(
          NGINX,
          "`proxy_cache off;` in the location of /status, and no `proxy_ignore_headers"
              + " Cache-Control`",
          APACHE,
          "`CacheDisable /status`, and no `Header set Cache-Control`",
          CLOUDFRONT,
          "the cache policy `Managed-CachingDisabled` on /status*")),
  HEADERS_LOST(
      "Readers and caches need these headers as the service sends them.",
      Map.of(
          NGINX,
          "no `proxy_hide_header`, `expires` or `add_header Cache-Control` in the location of"
              + " /status",
          APACHE,
          "no `Header unset` or `Header set` of these names",
          CLOUDFRONT,
          "no response headers policy that removes or overrides them")),
  VALIDATOR_LOST(
      "ETag and If-None-Match make a poll without news cost nothing.",
      Map.of(
          NGINX,
          "no `proxy_hide_header ETag`, no `proxy_set_header If-None-Match …`, no `sub_filter`",
          APACHE,
          "no `Header unset ETag`, no `RequestHeader unset If-None-Match`; where polls are compressed"
              + " `DeflateAlterETag NoChange` and `BrotliAlterETag NoChange`",
          CLOUDFRONT,
          "the origin request policy `Managed-AllViewer` on /status*")),
  ERRORS_REPLACED(
      "The service's own refusals say what is wrong, in a form that readers understand.",
      Map.of(
          NGINX,
          "`proxy_intercept_errors off;`",
          APACHE,
          "`ProxyErrorOverride Off`",
          CLOUDFRONT,
          "no `CustomErrorResponses` for 401, 404, 429 and 503")),
  NO_ORIGIN(
      "What answers for the service does not reach it.",
      Map.of(
          NGINX,
          "`proxy_pass` to where the service listens; the error log says why it does not connect",
          APACHE,
          "`ProxyPass` to where the service listens; the error log says why it does not connect",
          ALB,
          "a healthy target: the health check asks /health/ready",
          CLOUDFRONT,
          "an origin that answers; its domain, port and protocol policy")),
  CORS_REFUSED(
      "Name the page's origin to the service: HEADWAY_ALLOWED_ORIGINS.",
      Map.of(
          NGINX,
          "pass OPTIONS on, and no `add_header Access-Control-…`: the service sends these itself",
          APACHE,
          "pass OPTIONS on, and no `Header set Access-Control-…`: the service sends these itself",
          CLOUDFRONT,
          "OPTIONS among `AllowedMethods` of /status*, and `Managed-AllViewer`, so that Origin"
              + " arrives")),
  REFUSED("Whoever refuses says why; the service's own refusals are in docs/api.md.", Map.of()),
  POLLS_ONLY(
      "Readers poll here. Streams are where the page is, or give an address that leads to the"
          + " service itself.",
      Map.of()),
  CERTIFICATE("Give this name a certificate that is valid and that readers trust.", Map.of()),
  REDIRECTED("Use the address that it leads to: a token is never sent along.", Map.of()),
  CLOCK("Let both machines set their clocks by NTP.", Map.of()),
  TOKEN("Get a new token from where you sign in, and put it into HEADWAY_TOKEN.", Map.of()),
  UNREACHABLE("Check the address, the name server and the firewalls on the way.", Map.of()),
  NOT_HEADWAY("Give the address under which the service's /status is found.", Map.of());

  private final String advice;

  @SuppressWarnings("ImmutableEnumChecker") // unmodifiable, and nobody else has it
  private final Map<Intermediary, String> remedies;

  Ailment(String advice, Map<Intermediary, String> remedies) {
    this.advice = advice;
    this.remedies =
        remedies.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(remedies));
  }

  /** What counts, wherever the cause is. */
  String advice() {
    return advice;
  }

  Map<Intermediary, String> remedies() {
    return remedies;
  }

  /** The name in JSON. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
