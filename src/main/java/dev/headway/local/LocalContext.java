package dev.headway.local;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** What Lambda tells a function of its invocation, for one that runs in this JVM. */
public final class LocalContext implements Context {
  private static final int NO_LIMIT_OF_ITS_OWN = 0;

  private final String function;
  private final LongSupplier nanos;
  private final long end;
  private final String requestId = UUID.randomUUID().toString();

  /**
   * An invocation that begins now.
   *
   * @param timeout how long it may take
   * @param nanos the monotonic clock, as {@link System#nanoTime()}
   */
  public LocalContext(String function, Duration timeout, LongSupplier nanos) {
    this.function = function;
    this.nanos = nanos;
    end = nanos.getAsLong() + timeout.toNanos();
  }

  @Override
  public int getRemainingTimeInMillis() {
    return (int) Math.max(0, Duration.ofNanos(end - nanos.getAsLong()).toMillis());
  }

  @Override
  public String getAwsRequestId() {
    return requestId;
  }

  @Override
  public String getFunctionName() {
    return function;
  }

  @Override
  public String getFunctionVersion() {
    return "$LATEST";
  }

  @Override
  public String getInvokedFunctionArn() {
    return "arn:aws:lambda:%s:000000000000:function:%s".formatted(LocalAws.REGION.id(), function);
  }

  @Override
  public String getLogGroupName() {
    return "/aws/lambda/" + function;
  }

  @Override
  public String getLogStreamName() {
    return "local";
  }

  @Override
  public @Nullable CognitoIdentity getIdentity() {
    return null;
  }

  @Override
  public @Nullable ClientContext getClientContext() {
    return null;
  }

  @Override
  public int getMemoryLimitInMB() {
    return NO_LIMIT_OF_ITS_OWN;
  }

  @Override
  public LambdaLogger getLogger() {
    var log = LoggerFactory.getLogger(function);
    return new LambdaLogger() {
      @Override
      public void log(String message) {
        log.info(message);
      }

      @Override
      public void log(byte[] message) {
        log.info(new String(message, StandardCharsets.UTF_8));
      }
    };
  }
}
