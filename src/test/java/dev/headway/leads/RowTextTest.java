package dev.headway.leads;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowTextTest {
  private static RowText text(String cell) {
    return new RowText(Rows.row(1, "Contact", cell));
  }

  @ParameterizedTest
  @CsvSource({
    "Ann.Lee@A.Example,                 ann.lee@a.example",
    "Ann Lee <ann@a.example>,           ann@a.example",
    "mailto:ann@a.example?subject=Hi,   ann@a.example",
    "Write to ann@a.example.,           ann@a.example",
    "-ann@a.example-,                   ann@a.example",
    "'bob@b.example/ann@a.example',     ann@a.example",
    "mail=ann+list@a.example,           ann+list@a.example",
    "o'brien@a.example,                 o'brien@a.example",
    "jürgen@müller.example,             jürgen@müller.example",
    "ann@localhost,                     ann@localhost",
    "ann@a.example|bob@b.example,       bob@b.example",
    "ann@a.example/home,                ann@a.example/home",
    "_ann@a.example,                    _ann@a.example",
  })
  void an_address_is_found_in_what_is_around_it(String cell, String email) {
    assertThat(text(cell).hasEmail(email)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "susanna@a.example,      anna@a.example",
    "ann.lee@a.example,      lee@a.example",
    "ann@a.example.com,      ann@a.example",
    "ann@a.example-shop.com, ann@a.example",
    "ann @ a.example,        ann@a.example",
    "ann@,                   ann@",
    "@a.example,             @a.example",
  })
  void a_piece_of_an_address_is_none(String cell, String email) {
    assertThat(text(cell).hasEmail(email)).isFalse();
  }

  @Test
  void a_plain_row_has_one_address_and_a_row_made_to_have_many_has_a_bounded_number() {
    assertThat(text("Ann Lee, ann.lee@a.example, Ulm").emails())
        .containsExactly("ann.lee@a.example");
    assertThat(text("a/a/a/a/a/a@".repeat(2_000)).emails()).hasSizeLessThan(200);
    assertThat(text("Ann Lee").emails()).isEmpty();
  }
}
