package dev.headway.contract;

import io.netty.channel.ChannelId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection as the tap hears it. What a client says first tells which HTTP it speaks; a server
 * of HTTP/2 may have spoken before. Any thread may call it; the tasks are the judge's.
 */
final class Overheard {
  private static final String HTTP_2 = "PRI * HTTP/2.0";

  private final ChannelId server;

  // Of the judge's thread.
  private @Nullable Conversation conversation;
  private final List<byte[]> early = new ArrayList<>();

  Overheard(ChannelId server) {
    this.server = server;
  }

  Runnable asked(byte[] bytes) {
    return () -> {
      if (conversation == null) {
        boolean isHttp2 = new String(bytes, StandardCharsets.ISO_8859_1).startsWith(HTTP_2);
        conversation = isHttp2 ? new Http2Conversation(server) : new Http1Conversation(server);
        early.forEach(conversation::answered);
        early.clear();
      }
      conversation.asked(bytes);
    };
  }

  Runnable answered(byte[] bytes) {
    return () -> {
      if (conversation == null) {
        early.add(bytes);
      } else {
        conversation.answered(bytes);
      }
    };
  }

  Runnable closed() {
    return () -> {
      if (conversation != null) {
        conversation.closed();
      }
    };
  }
}
