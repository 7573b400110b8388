package dev.headway.bus;

import java.time.Duration;

/**
 * What a bus has done since it was made.
 *
 * @param sent frames to the other nodes
 * @param received frames of the other nodes
 * @param undecodable of those, frames that could not be read
 * @param dropped records that were not sent because too many waited
 * @param losses of the connection
 * @param roundTrip how long the last frame took to the server and back
 */
public record BusFigures(
    long sent, long received, long undecodable, long dropped, long losses, Duration roundTrip) {
  static final BusFigures NONE = new BusFigures(0, 0, 0, 0, 0, Duration.ZERO);
}
