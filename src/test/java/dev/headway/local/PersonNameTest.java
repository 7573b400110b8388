package dev.headway.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PersonNameTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      emptyValue = "",
      value = {
        // text | honorific | first | last | suffix
        "Jane Doe | '' | Jane | Doe | ''",
        "'  Jane \t Doe ' | '' | Jane | Doe | ''",
        "Madonna | '' | '' | Madonna | ''",
        "John F. Kennedy | '' | John F. | Kennedy | ''",
        "John F. Kennedy Jr. | '' | John F. | Kennedy Jr. | ''",
        "Henry Ford II | '' | Henry | Ford II | ''",
        "Dr. Ludwig van der Berg | Dr. | Ludwig | van der Berg | ''",
        "Prof. Dr. med. Anna-Lena Schmidt | Prof. Dr. med. | Anna-Lena | Schmidt | ''",
        "Dipl.-Ing. Hans Müller | Dipl.-Ing. | Hans | Müller | ''",
        "Herr Hans Müller | Herr | Hans | Müller | ''",
        "Frau Dr. Müller | Frau Dr. | '' | Müller | ''",
        "Mrs. O'Neill | Mrs. | '' | O'Neill | ''",
        "Doe, Jane | '' | Jane | Doe | ''",
        "van der Berg, Ludwig | '' | Ludwig | van der Berg | ''",
        "'Müller, Dr. Hans' | Dr. | Hans | Müller | ''",
        "'Dr. Müller, Hans Peter' | Dr. | Hans Peter | Müller | ''",
        "'Doe, John, Jr.' | '' | John | Doe Jr. | ''",
        "'Anna Schmidt, MBA' | '' | Anna | Schmidt | MBA",
        "'Anna Schmidt, Ph.D., MSc' | '' | Anna | Schmidt | Ph.D. MSc",
        "Anna Schmidt MBA | '' | Anna | Schmidt | MBA",
        "Yo-Yo Ma | '' | Yo-Yo | Ma | ''",
        "Li Na Ba | '' | Li Na | Ba | ''",
        "Leonardo da Vinci | '' | Leonardo | da Vinci | ''",
        "Maria De Luca | '' | Maria | De Luca | ''",
        "Juan de la Cruz | '' | Juan | de la Cruz | ''",
        "Karl-Theodor zu Guttenberg | '' | Karl-Theodor | zu Guttenberg | ''",
        "Van Morrison | '' | Van | Morrison | ''",
        "von Trapp | '' | '' | von Trapp | ''",
        "Dr. | '' | '' | Dr. | ''",
        "'' | '' | '' | '' | ''",
        "',' | '' | '' | '' | ''",
        "', Jane' | '' | Jane | '' | ''",
        "'Doe,' | '' | '' | Doe | ''",
      })
  void a_name_is_taken_apart(
      String text, String honorific, String first, String last, String suffix) {
    assertThat(PersonName.of(text)).isEqualTo(new PersonName(honorific, first, last, suffix));
  }
}
