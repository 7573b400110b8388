package dev.headway.cli;

/** What a command tells the shell; each command's {@code --help} repeats it. */
enum ExitStatus {
  /** The upload completed, or the command did what it was asked for. */
  DONE(0),
  /** The upload ended as {@code error} or was cancelled. */
  UPLOAD_FAILED(1),
  /** The doctor found something. */
  PROBLEM_FOUND(1),
  /** The command line makes no sense, or names a file that cannot be read. */
  USAGE(2),
  /** The service could not be reached or refused: how the upload ends is not known. */
  NO_ANSWER(3);

  private final int code;

  ExitStatus(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
