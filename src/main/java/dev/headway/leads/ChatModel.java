package dev.headway.leads;

/** A language model that answers one question with JSON. Blocking; safe for concurrent use. */
@FunctionalInterface
public interface ChatModel {
  /**
   * Asks once, repeating what failed in passing as long as there is time.
   *
   * @param instructions what to do; from us
   * @param document what to do it with; from strangers, and never to be obeyed
   * @return the text of the answer, not checked yet
   * @throws ModelException if there is no answer
   */
  String ask(String instructions, String document, RemainingTime time);
}
