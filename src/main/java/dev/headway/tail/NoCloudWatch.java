package dev.headway.tail;

import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;

/**
 * KCL wants a CloudWatch client even when it is told to measure nothing. Headway has metrics of its
 * own, so this one has no operation that works, and opens no connection.
 */
final class NoCloudWatch implements CloudWatchAsyncClient {
  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
