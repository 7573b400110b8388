package dev.headway.cli;

/** One dispatched event of an event stream. */
record ServerEvent(String type, String data) {}
