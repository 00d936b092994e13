package dev.rejoinder.lm.grammar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A context-free grammar over bytes: rules of alternatives, each a sequence of bytes and other
 * rules. No rule may reach itself before a byte was read (left recursion).
 */
public final class Grammar {
    /** One alternative. Told apart by identity, as many are alike. */
    static final class Sequence {
        private final List<Symbol> symbols;

        Sequence(List<Symbol> symbols) {
            this.symbols = List.copyOf(symbols);
        }

        Symbol at(int index) {
            return symbols.get(index);
        }

        int length() {
            return symbols.size();
        }
    }

    private final List<List<Sequence>> rules;
    private final int root;

    private Grammar(List<List<Sequence>> rules, int root) {
        this.rules = rules.stream().map(List::copyOf).toList();
        this.root = root;
    }

    List<Sequence> alternatives(int rule) {
        return rules.get(rule);
    }

    int root() {
        return root;
    }

    /** Puts rules together from parts; every method gives a symbol to build on. */
    static final class Builder {
        private final List<List<Sequence>> rules = new ArrayList<>();

        /** A rule whose alternatives are given later, so that rules may refer to one another. */
        Symbol.Reference declare() {
            rules.add(new ArrayList<>());
            return new Symbol.Reference(rules.size() - 1);
        }

        /** One alternative more. */
        void define(Symbol.Reference rule, Symbol... alternative) {
            rules.get(rule.rule()).add(new Sequence(List.of(alternative)));
        }

        Symbol sequence(List<Symbol> symbols) {
            Symbol.Reference rule = declare();
            define(rule, symbols.toArray(Symbol[]::new));
            return rule;
        }

        Symbol sequence(Symbol... symbols) {
            return sequence(List.of(symbols));
        }

        Symbol either(List<Symbol> choices) {
            Symbol.Reference rule = declare();
            for (Symbol choice : choices) define(rule, choice);
            return rule;
        }

        Symbol either(Symbol... choices) {
            return either(List.of(choices));
        }

        Symbol optional(Symbol symbol) {
            Symbol.Reference rule = declare();
            define(rule, symbol);
            define(rule);
            return rule;
        }

        /** Any number of times, also none. */
        Symbol many(Symbol symbol) {
            Symbol.Reference rule = declare();
            define(rule, symbol, rule);
            define(rule);
            return rule;
        }

        /** At least and at most so many times. */
        Symbol times(Symbol symbol, int least, int most) {
            Symbol rest = sequence();
            for (int i = most; i > least; i--) rest = optional(sequence(symbol, rest));
            List<Symbol> all = new ArrayList<>();
            for (int i = 0; i < least; i++) all.add(symbol);
            all.add(rest);
            return sequence(all);
        }

        /** These bytes and no others. */
        Symbol text(String text) {
            List<Symbol> bytes = new ArrayList<>();
            for (byte b : text.getBytes(StandardCharsets.UTF_8))
                bytes.add(Symbol.ByteSet.of(b & 0xff));
            return sequence(bytes);
        }

        /** One of these ASCII characters. */
        Symbol oneOf(String characters) {
            BitSet allowed = new BitSet(256);
            characters.chars().forEach(allowed::set);
            return new Symbol.ByteSet(allowed);
        }

        Grammar build(Symbol root) {
            Symbol.Reference start = declare();
            define(start, root);
            return new Grammar(rules, start.rule());
        }
    }
}
