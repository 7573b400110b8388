package dev.headway.hub;

import java.time.Duration;

/**
 * What a node knows of an upload.
 *
 * @param age how long ago this was provably the newest version; zero for a terminal one, which
 *     nothing replaces
 */
public record Reading(Change change, Duration age) {
  public Reading {
    if (age.isNegative()) {
      throw new IllegalArgumentException("an age is not negative: " + age);
    }
  }
}
