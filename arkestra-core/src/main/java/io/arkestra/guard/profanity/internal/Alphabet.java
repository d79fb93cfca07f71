package io.arkestra.guard.profanity.internal;

import java.text.Normalizer;

/**
 * Which letters of one script a character may stand for: the letter itself, a look-alike of another script, a digit or sign that is
 * written for it. A set of letters is an int with a bit for each.
 */
enum Alphabet {
    LATIN("abcdefghijklmnopqrstuvwxyz", """
            а=a ɑ=a α=a @=a 4=a в=b β=b 8=b 6=bg с=c ¢=c ( =c ԁ=d е=e ё=e є=e ε=e €=e 3=e ɡ=g 9=g н=h і=i ι=i 1=il !=il |=il ї=i ј=j
            к=k κ=k м=m п=n η=n о=o ο=o 0=o σ=o р=p ρ=p г=r я=r ѕ=s $=s 5=s т=t τ=t 7=t +=t и=u υ=u μ=u µ=u ν=v v=vu х=x χ=x ×=x у=yu γ=y
            ÿ=y 2=z ß=b ø=o đ=d ł=l æ=a"""),
    CYRILLIC("абвгдежзийклмнопрстуфхцчшщъыьэюя", """
            ё=е a=а α=а @=а 4=ач b=вь 6=б c=с ¢=с e=е 3=зе €=е h=н i=и 1=ил !=и k=к κ=к m=м n=п o=о 0=о ο=о p=р ρ=р r=г t=т τ=т 7=т u=и x=х
            χ=х y=у γ=у g=д 9=я w=ш і=и ї=и є=е ґ=г ў=у s=с $=с v=в d=д l=л z=з f=ф j=й q=я""");

    /** Any letter. */
    static final int ANY = -1;

    private static final int TABLE = 0x500;

    private final String letters;
    private final int[] sets = new int[TABLE];
    private final int[] plain = new int[TABLE];

    Alphabet(String letters, String lookAlikes) {
        this.letters = letters;
        for (int i = 0; i < letters.length(); i++) {
            sets[letters.charAt(i)] = 1 << i;
            sets[Character.toUpperCase(letters.charAt(i))] = 1 << i;
        }
        System.arraycopy(sets, 0, plain, 0, TABLE);
        for (String entry : lookAlikes.replace("( =", "(=").strip().split("\\s+")) {
            int set = 0;
            for (char letter : entry.substring(entry.indexOf('=', 1) + 1).toCharArray()) {
                set |= 1 << letters.indexOf(letter);
            }
            char sign = entry.charAt(0);
            if (sign < TABLE) {
                sets[sign] = set;
                char upper = Character.toUpperCase(sign);
                if (upper < TABLE && sets[upper] == 0) {
                    sets[upper] = set;
                }
            }
        }
    }

    int size() {
        return letters.length();
    }

    /** Number of a letter, or -1. */
    int indexOf(char letter) {
        return letters.indexOf(letter);
    }

    /** The letter itself, in any case; 0 for what is no letter of the script. */
    int letter(char c) {
        if (c == 'ё' || c == 'Ё') {
            return set(c);
        }
        return c < TABLE ? plain[c] : 0;
    }

    /** The letters that a character may stand for; 0 if none. */
    int set(char c) {
        if (c == '*' || c == '#') {
            return ANY;
        }
        int set = c < TABLE ? sets[c] : 0;
        return set != 0 || c < 128 ? set : setOfBase(c);
    }

    /** The same of the letter under its accents, or of the plain letter of a styled one. */
    private int setOfBase(char c) {
        String base = Normalizer.normalize(String.valueOf(c), Normalizer.Form.NFKD);
        char first = base.charAt(0);
        return first != c && first < TABLE ? sets[Character.toLowerCase(first)] : 0;
    }
}
