package io.arkestra.schedule.grammar.internal;

import io.arkestra.schedule.grammar.internal.RecurrenceRule.Frequency;

/** Russian words of time, in the inflected forms that occur in speech about time. */
final class RussianWords {
    private static final String ADJECTIVE = "ый ий ой ая яя ое ее ого его ому ему ым им ом ем ую юю ой ей ые ие ых их";
    private static final String MASCULINE_SOFT = "ь я ю е ем";

    private RussianWords() {}

    static void addTo(Lexicon words) {
        addCalendar(words);
        addCardinals(words);
        addOrdinals(words);
        addUnits(words);
        addClock(words);
        addFunctionWords(words);
    }

    private static void addCalendar(Lexicon words) {
        words.add(Kind.WEEKDAY, 1, "понедельник", "- а у ом е").add(Kind.WEEKDAY, 1, "пн пнд понед");
        words.add(Kind.WEEKDAY, 2, "вторник", "- а у ом е").add(Kind.WEEKDAY, 2, "вт втр");
        words.add(Kind.WEEKDAY, 3, "среда среду среды ср срд");
        words.add(Kind.WEEKDAY, 4, "четверг", "- а у ом е").add(Kind.WEEKDAY, 4, "чт чтв чет");
        words.add(Kind.WEEKDAY, 5, "пятниц", "а у ы е ей").add(Kind.WEEKDAY, 5, "пт птн пят");
        words.add(Kind.WEEKDAY, 6, "суббот", "а у ы е ой").add(Kind.WEEKDAY, 6, "сб сбт суб");
        words.add(Kind.WEEKDAY, 7, "воскресень", "е я ю ем").add(Kind.WEEKDAY, 7, "вс вск воскр");
        String[] stems = {"понедельник", "вторник", "сред", "четверг", "пятниц", "суббот"};
        for (int i = 0; i < stems.length; i++) {
            words.add(Kind.WEEKDAYS, i + 1, stems[i], "ам").add(Kind.WEEKDAY, i + 1, stems[i], "ам");
        }
        words.add(Kind.WEEKDAYS, 7, "воскресеньям").add(Kind.WEEKDAY, 7, "воскресеньям");
        words.add(Kind.WEAK, 0, "ср вс пт сб чет суб пят среда среды мая");
        String[] soft = {"январ", "феврал", "", "апрел", "", "июн", "июл", "", "сентябр", "октябр", "ноябр", "декабр"};
        for (int i = 0; i < soft.length; i++) {
            if (!soft[i].isEmpty()) {
                words.add(Kind.MONTH, i + 1, soft[i], MASCULINE_SOFT);
            }
        }
        words.add(Kind.MONTH, 3, "март", "- а у е ом").add(Kind.MONTH, 5, "май мая маю мае маем");
        words.add(Kind.MONTH, 8, "август", "- а у е ом");
        words.count(Kind.MONTH, 1, "янв фев,февр мар апр май июн июл авг сен,сент окт ноя,нояб дек");
        words.add(Kind.DAY, 0, "сегодня сегодняшний").add(Kind.DAY, 1, "завтра завтрашний");
        words.add(Kind.DAY, 2, "послезавтра").add(Kind.DAY, 3, "послепослезавтра");
        words.add(Kind.DAY, -1, "вчера вчерашний")
                .add(Kind.DAY, -2, "позавчера")
                .add(Kind.DAY, -3, "позапозавчера");
        words.add(Kind.WORKDAYS, 0, "будням будни будням буднях").add(Kind.WEEKEND, 0, "выходные выходных");
        words.add(Kind.WEEKEND, 1, "выходным");
        words.add(Kind.SHIFT, 0, "этот эта эту это этой этом этим эти этих этого текущий текущую текущей текущем");
        words.add(Kind.SHIFT, 1, "следующ", ADJECTIVE).add(Kind.SHIFT, 1, "будущ", ADJECTIVE);
        words.add(Kind.SHIFT, -1, "прошл", ADJECTIVE).add(Kind.SHIFT, -1, "минувш", ADJECTIVE);
        words.add(Kind.SHIFT, -1, "предыдущ", ADJECTIVE).add(Kind.SHIFT, -1, "последн", ADJECTIVE);
        words.add(Kind.SHIFT, -2, "позапрошл", ADJECTIVE).add(Kind.COMING, 0, "ближайш", ADJECTIVE);
        words.add(Kind.FEAST, 107, "рождество рождества рождеству");
        words.add(Kind.EVERY, 0, "кажд", ADJECTIVE);
        words.add(Kind.EDGE, -1, "начало начале начала началу")
                .add(Kind.EDGE, 0, "середина середине середины середину");
        words.add(Kind.EDGE, 1, "конец конце конца концу");
    }

    private static void addCardinals(Lexicon words) {
        words.count(
                Kind.CARDINAL,
                0,
                "ноль,нуль один,одна,одно,одну,одного,одной,одному два,две,двух,двум три,трех,трем"
                        + " четыре,четырех,четырем пять,пяти шесть,шести семь,семи восемь,восьми девять,девяти"
                        + " десять,десяти одиннадцать,одиннадцати двенадцать,двенадцати тринадцать,тринадцати"
                        + " четырнадцать,четырнадцати пятнадцать,пятнадцати шестнадцать,шестнадцати"
                        + " семнадцать,семнадцати восемнадцать,восемнадцати девятнадцать,девятнадцати"
                        + " двадцать,двадцати");
        words.add(Kind.CARDINAL, 30, "тридцать тридцати").add(Kind.CARDINAL, 40, "сорок сорока");
        words.add(Kind.CARDINAL, 50, "пятьдесят пятидесяти").add(Kind.CARDINAL, 60, "шестьдесят шестидесяти");
        words.add(Kind.CARDINAL, 70, "семьдесят").add(Kind.CARDINAL, 80, "восемьдесят");
        words.add(Kind.CARDINAL, 90, "девяносто").add(Kind.CARDINAL, 100, "сто ста");
        words.add(Kind.CARDINAL, 1000, "тысяча тысячи тысяч");
        words.add(Kind.QUARTERS, 6, "полтора полторы полутора").add(Kind.QUARTERS, 2, "пол половина половину половине");
        words.add(Kind.QUARTERS, 1, "четверть четверти");
    }

    private static void addOrdinals(Lexicon words) {
        String[] stems = ("перв втор трет четверт пят шест седьм восьм девят десят одиннадцат двенадцат тринадцат"
                        + " четырнадцат пятнадцат шестнадцат семнадцат восемнадцат девятнадцат двадцат")
                .split(" ");
        for (int i = 0; i < stems.length; i++) {
            String endings = i == 2 ? "ий ья ье ьего ьему ьим ьем ью ьей ьи" : "ый ой ая ое ого ому ым ом ую ые ых";
            words.add(Kind.ORDINAL, i + 1, stems[i], endings);
        }
        words.add(Kind.ORDINAL, 30, "тридцат", "ый ая ое ого ому ым ом ую");
    }

    private static void addUnits(Lexicon words) {
        words.add(Kind.UNIT, Lexicon.unit(Grain.SECOND, 1), "секунд", "- а у ы е")
                .add(Kind.UNIT, Lexicon.unit(Grain.SECOND, 1), "сек с секундочку");
        words.add(Kind.UNIT, Lexicon.unit(Grain.MINUTE, 1), "минут", "- а у ы е")
                .add(Kind.UNIT, Lexicon.unit(Grain.MINUTE, 1), "мин минуточку минутку минуток м");
        words.add(Kind.UNIT, Lexicon.unit(Grain.HOUR, 1), "час", "- а у ов ам")
                .add(Kind.UNIT, Lexicon.unit(Grain.HOUR, 1), "ч часик часика часиков");
        words.add(Kind.UNIT, Lexicon.unit(Grain.DAY, 1), "день дня дней дню дне сутки суток деньков дн");
        words.add(Kind.UNIT, Lexicon.unit(Grain.WEEK, 1), "недел", "я ю и ь е ей")
                .add(Kind.UNIT, Lexicon.unit(Grain.WEEK, 1), "недельку нед");
        words.add(Kind.UNIT, Lexicon.unit(Grain.MONTH, 1), "месяц", "- а у е ев")
                .add(Kind.UNIT, Lexicon.unit(Grain.MONTH, 1), "мес");
        words.add(Kind.UNIT, Lexicon.unit(Grain.QUARTER, 1), "квартал", "- а у е ов");
        words.add(Kind.UNIT, Lexicon.unit(Grain.YEAR, 1), "год", "- а у е")
                .add(Kind.UNIT, Lexicon.unit(Grain.YEAR, 1), "лет г");
        words.add(Kind.FREQUENCY, Frequency.DAILY.ordinal(), "ежедневно ежедневный ежедневная ежедневное еженощно");
        words.add(Kind.FREQUENCY, Frequency.WEEKLY.ordinal(), "еженедельно еженедельный еженедельная");
        words.add(Kind.FREQUENCY, Frequency.MONTHLY.ordinal(), "ежемесячно ежемесячный ежемесячная помесячно");
        words.add(Kind.FREQUENCY, Frequency.YEARLY.ordinal(), "ежегодно ежегодный ежегодная");
        words.add(Kind.FREQUENCY, Frequency.HOURLY.ordinal(), "ежечасно");
        words.add(Kind.FREQUENCY, Frequency.MINUTELY.ordinal(), "ежеминутно");
        words.add(Kind.DIRECTION, -1, "назад").add(Kind.DIRECTION, 1, "спустя");
    }

    private static void addClock(Lexicon words) {
        words.add(Kind.PART, DayPart.MORNING.ordinal(), "утром утро утрам").add(Kind.PART_OF, 0, "утра");
        words.add(Kind.PART, DayPart.AFTERNOON.ordinal(), "днем").add(Kind.PART_OF, 1, "дня пополудни");
        words.add(Kind.PART, DayPart.EVENING.ordinal(), "вечером вечер вечерам вечерком")
                .add(Kind.PART_OF, 2, "вечера");
        words.add(Kind.PART, DayPart.NIGHT.ordinal(), "ночью ночь ночам").add(Kind.PART_OF, 3, "ночи");
        words.add(Kind.CLOCK, 12, "полдень полдня полудню полудня").add(Kind.CLOCK, 0, "полночь полуночи полуночь");
        words.add(Kind.ZONE, 180, "мск");
    }

    private static void addFunctionWords(Lexicon words) {
        words.add(Kind.PREPOSITION, 0, "в во на к ко до с со по около примерно после ровно начиная за");
        words.add(
                Kind.LABEL,
                0,
                "версия версии версию рейс рейса номер комната кабинет квартира кв дом глава главы страница стр пункт"
                        + " статья счет счетом размер серия сезон этаж класс уровень вагон место код тел телефон"
                        + " сыграем сыграли курс автобус");
        words.add(
                Kind.COUNTED,
                0,
                "процент процента процентов раз раза рублей рубля рубль руб тысяч долларов евро человек людей кг км"
                        + " метров метра штук штуки шт баллов градусов страниц классе классов кабинете кабинет комнате"
                        + " доме квартире этаже томах местах ряду вагоне раза случаях странах городах школе"
                        + " литров литра очков голов гола");
    }
}
