"""Words that say how a resource should be and not what it should teach."""

from collections.abc import Mapping
from types import MappingProxyType

# The value of a facet that a word wishes for, in the languages of most of the catalogue; one wishes for none.
WISHES: Mapping[str, tuple[str, str] | None] = MappingProxyType(
    {
        word: choice
        for words, choice in (
            ("free gratis gratuito gratuita gratuit gratuite kostenlos бесплатно бесплатный", ("cost", "free")),
            (
                "book books ebook ebooks libro libros livro livros livre livres buch bucher книга книги",
                ("kind", "book"),
            ),
            ("course courses curso cursos cours kurs kurse corso corsi курс курсы", ("kind", "course")),
            ("tutorial tutorials", ("kind", "tutorial")),
            ("podcast podcasts", ("kind", "podcast")),
            ("best", None),
        )
        for word in words.split()
    }
)
