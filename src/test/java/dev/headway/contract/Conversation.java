package dev.headway.contract;

/**
 * What is said on one connection, taken apart into exchanges, which the {@link Judge} gets. Belongs
 * to the judge's thread.
 */
interface Conversation {
  /** Bytes of the client. */
  void asked(byte[] bytes);

  /** Bytes of the server. */
  void answered(byte[] bytes);

  /** Nothing more will come. */
  void closed();
}
