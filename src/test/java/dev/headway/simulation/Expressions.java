package dev.headway.simulation;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/**
 * The expressions of DynamoDB that our writes use, and no others: what it does not know it refuses
 * loudly. {@code ExpressionsProperties} holds it against DynamoDB Local. Immutable.
 */
final class Expressions {
  private static final Pattern TOKEN =
      Pattern.compile("\\s*([#:]?[A-Za-z_][A-Za-z0-9_]*|<=|>=|<>|[<>=(),.+-])");

  private Expressions() {}

  /** An item with what the names and values of a request stand for. */
  record Scope(
      Map<String, AttributeValue> item,
      Map<String, String> names,
      Map<String, AttributeValue> values) {
    AttributeValue value(String name) {
      AttributeValue value = values.get(name);
      if (value == null) {
        throw unknown("no value for " + name);
      }
      return value;
    }

    List<String> resolve(List<String> path) {
      return path.stream().map(this::resolve).toList();
    }

    private String resolve(String name) {
      if (!name.startsWith("#")) {
        return name;
      }
      String attribute = names.get(name);
      if (attribute == null) {
        throw unknown("no name for " + name);
      }
      return attribute;
    }

    Optional<AttributeValue> at(List<String> path) {
      Map<String, AttributeValue> within = item;
      AttributeValue found = null;
      for (String name : resolve(path)) {
        found = within.get(name);
        if (found == null) {
          return Optional.empty();
        }
        within = found.m();
      }
      return Optional.ofNullable(found);
    }
  }

  /** Whether an item is as a write wants it. */
  sealed interface Condition {
    record All(List<Condition> parts) implements Condition {}

    record Any(List<Condition> parts) implements Condition {}

    record Not(Condition part) implements Condition {}

    record Exists(List<String> path, boolean wanted) implements Condition {}

    record Contains(List<String> path, Operand member) implements Condition {}

    record In(Operand left, List<Operand> choices) implements Condition {}

    record Compare(Operand left, String operator, Operand right) implements Condition {}

    default boolean holds(Scope scope) {
      return switch (this) {
        case All(List<Condition> parts) -> parts.stream().allMatch(p -> p.holds(scope));
        case Any(List<Condition> parts) -> parts.stream().anyMatch(p -> p.holds(scope));
        case Not(Condition part) -> !part.holds(scope);
        case Exists(List<String> path, boolean wanted) -> scope.at(path).isPresent() == wanted;
        case Contains(List<String> path, Operand member) ->
            scope.at(path).filter(set -> contains(set, member.require(scope))).isPresent();
        case In(Operand left, List<Operand> choices) ->
            left.in(scope)
                .filter(l -> choices.stream().anyMatch(c -> l.equals(c.require(scope))))
                .isPresent();
        case Compare(Operand left, String operator, Operand right) -> {
          Optional<AttributeValue> a = left.in(scope);
          Optional<AttributeValue> b = right.in(scope);
          yield a.isPresent() && b.isPresent() && compare(a.get(), operator, b.get());
        }
      };
    }

    /** What is left when every conjunct that is meant was taken out; the conjuncts are leaves. */
    default Condition without(Predicate<Condition> meant) {
      if (this instanceof All(List<Condition> parts)) {
        return new All(parts.stream().map(p -> p.without(meant)).toList());
      }
      return meant.test(this) ? new All(List.of()) : this;
    }

    /** The conditions that must all hold, however they are nested. */
    default List<Condition> conjuncts() {
      return this instanceof All(List<Condition> parts)
          ? parts.stream().flatMap(p -> p.conjuncts().stream()).toList()
          : List.of(this);
    }

    /** As in a request; the choices of an {@code IN} left out, since they are the write's own. */
    default String text() {
      return switch (this) {
        case All(List<Condition> parts) -> joined(" AND ", parts);
        case Any(List<Condition> parts) -> joined(" OR ", parts);
        case Not(Condition part) -> "NOT " + part.text();
        case Exists(List<String> path, boolean wanted) ->
            (wanted ? "attribute_exists(" : "attribute_not_exists(") + String.join(".", path) + ")";
        case Contains(List<String> path, Operand member) ->
            "contains(" + String.join(".", path) + ", " + member.text() + ")";
        case In(Operand left, List<Operand> choices) ->
            left.text() + " IN " + choices.getFirst().text().replaceAll("\\d", "") + "…";
        case Compare(Operand left, String operator, Operand right) ->
            left.text() + " " + operator + " " + right.text();
      };
    }

    private static String joined(String word, List<Condition> parts) {
      return "(" + String.join(word, parts.stream().map(Condition::text).toList()) + ")";
    }
  }

  /** A value of a request, or an attribute. */
  sealed interface Operand {
    record Value(String name) implements Operand {}

    record Path(List<String> path) implements Operand {}

    default Optional<AttributeValue> in(Scope scope) {
      return switch (this) {
        case Value(String name) -> Optional.of(scope.value(name));
        case Path(List<String> path) -> scope.at(path);
      };
    }

    default AttributeValue require(Scope scope) {
      return in(scope).orElseThrow(() -> invalid("an operand is missing: " + text()));
    }

    default String text() {
      return switch (this) {
        case Value(String name) -> name;
        case Path(List<String> path) -> String.join(".", path);
      };
    }
  }

  /** What a write does to an item. */
  sealed interface Action {
    record Set(List<String> path, Sum value) implements Action {}

    record Add(List<String> path, Operand value) implements Action {}

    record Delete(List<String> path, Operand value) implements Action {}

    record Remove(List<String> path) implements Action {}
  }

  /** One or two operands, the first possibly guarded by {@code if_not_exists}. */
  record Sum(Optional<List<String>> unless, Operand first, int sign, Optional<Operand> second) {
    AttributeValue in(Scope scope) {
      AttributeValue left = unless.flatMap(scope::at).orElseGet(() -> first.require(scope));
      if (second.isEmpty()) {
        return left;
      }
      BigDecimal right = number(second.get().require(scope));
      return AttributeValue.fromN(
          number(left).add(sign < 0 ? right.negate() : right).toPlainString());
    }
  }

  /** All actions see the item as it was. */
  static Map<String, AttributeValue> apply(List<Action> actions, Scope scope) {
    Map<String, AttributeValue> after = new HashMap<>(scope.item());
    for (Action action : actions) {
      switch (action) {
        case Action.Set(List<String> path, Sum value) ->
            put(after, scope.resolve(path), Optional.of(value.in(scope)));
        case Action.Remove(List<String> path) -> put(after, scope.resolve(path), Optional.empty());
        case Action.Add(List<String> path, Operand value) -> {
          AttributeValue members = value.require(scope);
          Set<String> sum =
              new LinkedHashSet<>(scope.at(path).map(Expressions::members).orElse(List.of()));
          sum.addAll(members(members));
          put(after, scope.resolve(path), Optional.of(AttributeValue.fromNs(List.copyOf(sum))));
        }
        case Action.Delete(List<String> path, Operand value) -> {
          Optional<AttributeValue> there = scope.at(path);
          if (there.isPresent()) {
            List<String> rest = new ArrayList<>(members(there.get()));
            rest.removeAll(members(value.require(scope)));
            put(
                after,
                scope.resolve(path),
                rest.isEmpty() ? Optional.empty() : Optional.of(AttributeValue.fromNs(rest)));
          }
        }
      }
    }
    return after;
  }

  private static void put(
      Map<String, AttributeValue> item, List<String> path, Optional<AttributeValue> value) {
    String name = path.getFirst();
    if (path.size() > 1) {
      AttributeValue outer = item.get(name);
      if (outer == null || !outer.hasM()) {
        throw invalid("the document path of an update is invalid: " + path);
      }
      Map<String, AttributeValue> inner = new HashMap<>(outer.m());
      put(inner, path.subList(1, path.size()), value);
      item.put(name, AttributeValue.fromM(inner));
    } else if (value.isPresent()) {
      item.put(name, value.get());
    } else {
      item.remove(name);
    }
  }

  private static List<String> members(AttributeValue set) {
    if (!set.hasNs()) {
      throw unknown("only sets of numbers are known: " + set.type());
    }
    return set.ns();
  }

  private static boolean contains(AttributeValue set, AttributeValue member) {
    return set.hasNs() && member.n() != null && set.ns().contains(member.n());
  }

  private static boolean compare(AttributeValue a, String operator, AttributeValue b) {
    if (operator.equals("=")) {
      return (a.n() != null && b.n() != null) ? number(a).compareTo(number(b)) == 0 : a.equals(b);
    }
    int order;
    if (a.n() != null && b.n() != null) {
      order = number(a).compareTo(number(b));
    } else if (a.s() != null && b.s() != null) {
      order = a.s().compareTo(b.s()); // ASCII alone, where it is the order of the bytes
    } else {
      return false;
    }
    return switch (operator) {
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      case ">=" -> order >= 0;
      case String other -> throw unknown("unknown comparison " + other);
    };
  }

  private static BigDecimal number(AttributeValue value) {
    if (value.n() == null) {
      throw invalid("an operand is no number: " + value.type());
    }
    return new BigDecimal(value.n());
  }

  /** What DynamoDB says to a request that makes no sense for the item that is there. */
  private static DynamoDbException invalid(String why) {
    return (DynamoDbException)
        DynamoDbException.builder()
            .statusCode(400)
            .message(why)
            .awsErrorDetails(AwsErrorDetails.builder().errorCode("ValidationException").build())
            .build();
  }

  /** An error, so that no worker can take it for a failure of the service. */
  private static AssertionError unknown(String what) {
    return new AssertionError(what);
  }

  static Condition condition(String text) {
    var parser = new Parser(text);
    Condition condition = parser.any();
    parser.end();
    return condition;
  }

  static List<Action> update(String text) {
    var parser = new Parser(text);
    List<Action> actions = parser.actions();
    parser.end();
    return actions;
  }

  /** Recursive descent; OR binds less than AND, AND less than NOT. */
  private static final class Parser {
    private static final Set<String> CLAUSES = Set.of("SET", "ADD", "DELETE", "REMOVE");

    private final List<String> tokens = new ArrayList<>();
    private int next;

    Parser(String text) {
      Matcher matcher = TOKEN.matcher(text);
      int end = 0;
      while (matcher.find() && matcher.start() == end) {
        tokens.add(matcher.group(1));
        end = matcher.end();
      }
      if (!text.substring(end).isBlank()) {
        throw unknown("unknown syntax: " + text.substring(end));
      }
    }

    private String peek() {
      return next < tokens.size() ? tokens.get(next) : "";
    }

    private String take() {
      String token = peek();
      if (token.isEmpty()) {
        throw unknown("an expression ends too early");
      }
      next++;
      return token;
    }

    private boolean skip(String token) {
      boolean there = peek().equals(token);
      if (there) {
        next++;
      }
      return there;
    }

    private void expect(String token) {
      if (!skip(token)) {
        throw unknown("expected " + token + ", not " + peek());
      }
    }

    void end() {
      if (next < tokens.size()) {
        throw unknown("unknown syntax at " + peek());
      }
    }

    Condition any() {
      List<Condition> parts = new ArrayList<>(List.of(all()));
      while (skip("OR")) {
        parts.add(all());
      }
      return parts.size() == 1 ? parts.getFirst() : new Condition.Any(parts);
    }

    private Condition all() {
      List<Condition> parts = new ArrayList<>(List.of(one()));
      while (skip("AND")) {
        parts.add(one());
      }
      return parts.size() == 1 ? parts.getFirst() : new Condition.All(parts);
    }

    private Condition one() {
      if (skip("NOT")) {
        return new Condition.Not(one());
      }
      if (skip("(")) {
        Condition inner = any();
        expect(")");
        return inner;
      }
      if (peek().equals("attribute_exists") || peek().equals("attribute_not_exists")) {
        boolean wanted = take().equals("attribute_exists");
        expect("(");
        List<String> path = path();
        expect(")");
        return new Condition.Exists(path, wanted);
      }
      if (skip("contains")) {
        expect("(");
        List<String> path = path();
        expect(",");
        Operand member = operand();
        expect(")");
        return new Condition.Contains(path, member);
      }
      Operand left = operand();
      if (skip("IN")) {
        expect("(");
        List<Operand> choices = new ArrayList<>(List.of(operand()));
        while (skip(",")) {
          choices.add(operand());
        }
        expect(")");
        return new Condition.In(left, choices);
      }
      String operator = take();
      if (!Set.of("=", "<", "<=", ">", ">=").contains(operator)) {
        throw unknown("unknown comparison " + operator);
      }
      return new Condition.Compare(left, operator, operand());
    }

    private Operand operand() {
      return peek().startsWith(":") ? new Operand.Value(take()) : new Operand.Path(path());
    }

    private List<String> path() {
      List<String> path = new ArrayList<>();
      do {
        String name = take();
        if (!name.matches("#?[A-Za-z_]\\w*") || CLAUSES.contains(name)) {
          throw unknown("not a name: " + name);
        }
        path.add(name);
      } while (skip("."));
      if (peek().equals("(")) {
        throw unknown("unknown function " + path);
      }
      return List.copyOf(path);
    }

    List<Action> actions() {
      List<Action> actions = new ArrayList<>();
      while (!peek().isEmpty()) {
        String clause = take();
        do {
          actions.add(action(clause));
        } while (skip(","));
      }
      return List.copyOf(actions);
    }

    private Action action(String clause) {
      List<String> path = path();
      return switch (clause) {
        case "SET" -> {
          expect("=");
          yield new Action.Set(path, sum());
        }
        case "ADD" -> new Action.Add(path, operand());
        case "DELETE" -> new Action.Delete(path, operand());
        case "REMOVE" -> new Action.Remove(path);
        case String other -> throw unknown("unknown clause " + other);
      };
    }

    private Sum sum() {
      Optional<List<String>> unless = Optional.empty();
      Operand first;
      if (skip("if_not_exists")) {
        expect("(");
        unless = Optional.of(path());
        expect(",");
        first = operand();
        expect(")");
      } else {
        first = operand();
      }
      if (skip("+")) {
        return new Sum(unless, first, 1, Optional.of(operand()));
      }
      if (skip("-")) {
        return new Sum(unless, first, -1, Optional.of(operand()));
      }
      return new Sum(unless, first, 0, Optional.empty());
    }
  }
}
