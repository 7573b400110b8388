package dev.headway.local;

/**
 * Something that was started and has to be stopped; not closed, because stopping may be cut off.
 */
@FunctionalInterface
interface Emulator {
  void stop() throws Exception;
}
