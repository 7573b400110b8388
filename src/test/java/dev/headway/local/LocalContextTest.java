package dev.headway.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LocalContextTest {
  @Test
  void the_remaining_time_runs_out_and_no_further() {
    var clock = new AtomicLong(Long.MAX_VALUE - 5); // a monotonic clock may overflow
    var context = new LocalContext("LeadSplitter", Duration.ofSeconds(10), clock::get);
    assertThat(context.getRemainingTimeInMillis()).isEqualTo(10_000);

    clock.addAndGet(Duration.ofMillis(9_250).toNanos());
    assertThat(context.getRemainingTimeInMillis()).isEqualTo(750);

    clock.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(context.getRemainingTimeInMillis()).isZero();
  }

  @Test
  void every_invocation_has_an_id_of_its_own() {
    var one = new LocalContext("LeadSplitter", Duration.ofSeconds(1), System::nanoTime);
    var two = new LocalContext("LeadSplitter", Duration.ofSeconds(1), System::nanoTime);
    assertThat(one.getAwsRequestId()).isNotEqualTo(two.getAwsRequestId());
    assertThat(one.getFunctionName()).isEqualTo("LeadSplitter");
    assertThat(one.getInvokedFunctionArn()).endsWith(":function:LeadSplitter");
  }
}
