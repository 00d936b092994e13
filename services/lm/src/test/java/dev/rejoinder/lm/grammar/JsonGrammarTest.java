package dev.rejoinder.lm.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonGrammarTest {
    /** A walk may write a name twice: the grammar of any object does not count names. */
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private static boolean accepts(Grammar grammar, byte[] text) {
        Automaton automaton = new Automaton(grammar);
        Automaton.State state = automaton.start();
        for (byte b : text) {
            state = automaton.next(state, b & 0xff);
            if (state == null) return false;
        }
        return state.isComplete();
    }

    private static boolean accepts(Grammar grammar, String text) {
        return accepts(grammar, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Grammar schema(String schema) {
        return JsonGrammar.matching(schema.replace('\'', '"'));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"a\":1}",
                "{\"a\": -0.5e+3, \"b\": [true, false, null, \"x\"]}",
                "{\n  \"a\": {\n    \"b\": []\n  }\n}",
                "{\"é\\u00e9\\n\":\"日本 😀\"}",
            })
    void anObjectIsTaken(String text) {
        assertThat(accepts(JsonGrammar.object(), text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "1",
                "{",
                "{\"a\"}",
                "{\"a\":01}",
                "{\"a\":1,}",
                "{a:1}",
                "{\"a\":\"\n\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\ud800\"}",
                "{} ",
                "{}{}",
                "{\"a\":tru}",
                "{\"a\":.5}",
            })
    void whatIsNoObjectIsNot(String text) {
        assertThat(accepts(JsonGrammar.object(), text)).isFalse();
    }

    @Test
    void bytesThatAreNoUtf8AreNotTaken() {
        byte[][] broken = {
            {(byte) 0x80},
            {(byte) 0xC0, (byte) 0x80},
            {(byte) 0xE0, (byte) 0x80, (byte) 0x80},
            {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
            {(byte) 0xC3},
        };
        for (byte[] bytes : broken) {
            byte[] text = new byte[bytes.length + 7];
            System.arraycopy("{\"a\":\"".getBytes(StandardCharsets.US_ASCII), 0, text, 0, 6);
            System.arraycopy(bytes, 0, text, 6, bytes.length);
            text[text.length - 1] = '"';
            byte[] whole = Arrays.copyOf(text, text.length + 1);
            whole[text.length] = '}';
            assertThat(accepts(JsonGrammar.object(), whole)).isFalse();
        }
    }

    private static final String PERSON =
            """
            {'type': 'object', 'additionalProperties': false, 'required': ['name', 'tags'],
             'properties': {
               'name': {'type': 'string', 'minLength': 1, 'maxLength': 5},
               'age': {'type': ['integer', 'null']},
               'kind': {'enum': ['cat', 7, null]},
               'tags': {'type': 'array', 'items': {'type': 'boolean'}, 'minItems': 1, 'maxItems': 3},
               'parent': {'$ref': '#'}}}
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'name':'Ann','tags':[true]}",
                "{'name': 'Ann', 'age': 3, 'tags': [true, false, true]}",
                "{'name':'Ann','age':null,'kind':'cat','tags':[true],'parent':{'name':'Bo','tags':[false]}}",
                "{\n  'name': 'ÄÖÜäö',\n  'kind': 7,\n  'tags': [\n    true\n  ]\n}",
            })
    void whatSatisfiesTheSchemaIsTaken(String text) {
        assertThat(accepts(schema(PERSON), text.replace('\'', '"'))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'name':'Ann'}",
                "{'tags':[true]}",
                "{'name':'','tags':[true]}",
                "{'name':'Annabel','tags':[true]}",
                "{'name':'Ann','tags':[]}",
                "{'name':'Ann','tags':[true,true,true,true]}",
                "{'name':'Ann','age':1.5,'tags':[true]}",
                "{'name':'Ann','kind':'dog','tags':[true]}",
                "{'name':'Ann','tags':[true],'other':1}",
                "{'name':'Ann','tags':[true],'parent':{}}",
                "{'name':'Ann',,'tags':[true]}",
            })
    void whatDoesNotIsNot(String text) {
        assertThat(accepts(schema(PERSON), text.replace('\'', '"'))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'type':'object','properties':{'a':{'type':'integer'},'b':{'type':'integer'}}} | {} | {'c':1}",
                "{'type':'object','properties':{'a':{'type':'integer'},'b':{'type':'integer'}}} | {'b':2} | {'b':2,'a':1}",
                "{'type':'object','additionalProperties':{'type':'integer'}} | {'x':1,'y':2} | {'x':'1'}",
                "{'type':'object','additionalProperties':false} | {} | {'x':1}",
                "{'type':'object','required':['x']} | {'x':[1]} | {}",
                "{'anyOf':[{'type':'integer'},{'type':'null'}]} | null | true",
                "{'const':{'a':[1]}} | {'a':[1]} | {'a':[2]}",
                "{'type':'array','items':{'$ref':'#/$defs/n'},'$defs':{'n':{'type':'number'}}} | [1.5, 2] | ['x']",
                "{'type':'array','minItems':2} | [1,2,3] | [1]",
                "{'type':'array','maxItems':0} | [] | [1]",
                "{'type':'string','minLength':2} | 'abc' | 'a'",
                "{'type':'array','items':{'$ref':'#'}} | [[],[[]]] | [1]",
                "{} | [1,'x'] | x",
            })
    void aSchemaTakesOneAndRefusesTheOther(String schema, String good, String bad) {
        assertThat(accepts(schema(quoted(schema)), quoted(good))).isTrue();
        assertThat(accepts(schema(quoted(schema)), quoted(bad))).isFalse();
    }

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'type':'string','pattern':'a+'} | the schema has `pattern`, which is not supported; leave it out",
                "{'type':'object','properties':{'a':{'type':'number','minimum':1}}} | the schema at /properties/a has `minimum`, which is not supported; leave it out",
                "{'type':'text'} | the schema at /type is `text`; use object, array, string, number, integer, boolean or null",
                "{'$ref':'#/$defs/x'} | the schema at /$ref refers to `#/$defs/x`, which is not in it; use #/$defs/NAME",
                "{'enum':[]} | the schema at /enum is no list of at least one item",
                "{'anyOf':[{'type':'null'}],'type':'string'} | the schema has `type` beside `anyOf`, which is not supported; keep one",
                "{'type':'array','minItems':3,'maxItems':2} | the schema has a minItems of 3 above its maxItems of 2",
                "{'type':'array','maxItems':1001} | the schema at /maxItems is 1001; use 0 to 1000",
                "{'type':'object','additionalProperties':false,'required':['x']} | the schema requires `x`, which is no property of it; add it",
                "[1] | the schema is no object; send a JSON schema",
                "{'a': | the schema is not valid JSON: Unexpected end-of-input within/between Object entries",
                "{'type':'null','type':'null'} | the schema is not valid JSON: Duplicate field 'type'",
            })
    void whatIsNotSupportedIsRefusedWithItsPlace(String schema, String message) {
        assertThatThrownBy(() -> schema(quoted(schema)))
                .isInstanceOf(UnsupportedSchemaException.class)
                .hasMessage(message.replace('`', '"'));
    }

    /** Whatever way is taken at random, it can be completed, and what comes out is JSON. */
    @Test
    void everyRandomWalkEndsInJson() throws JsonProcessingException {
        SplittableRandom random = new SplittableRandom(11);
        List<Grammar> grammars = List.of(JsonGrammar.object(), schema(PERSON));
        for (int walk = 0; walk < 300; walk++) {
            byte[] text = walk(grammars.get(walk % 2), random);
            JsonNode read = JSON.readTree(new String(text, StandardCharsets.UTF_8));
            assertThat(read.isObject()).isTrue();
            if (walk % 2 == 1) assertThat(read.path("name").asText()).isNotEmpty();
        }
    }

    /**
     * Random bytes at first, then those that close what is open: a quote first, the rest may be
     * text.
     */
    private static byte[] walk(Grammar grammar, SplittableRandom random) {
        Automaton automaton = new Automaton(grammar);
        Automaton.State state = automaton.start();
        List<Byte> written = new ArrayList<>();
        int free = random.nextInt(60);
        while (state.goesOn() && !(state.isComplete() && written.size() > free)) {
            List<Integer> allowed = new ArrayList<>();
            for (int b = 0; b < 256; b++) if (automaton.next(state, b) != null) allowed.add(b);
            assertThat(allowed).isNotEmpty();
            int next = allowed.get(random.nextInt(allowed.size()));
            if (written.size() > free)
                for (int closing : "\"}]truefalsenull0:".getBytes(StandardCharsets.US_ASCII))
                    if (allowed.contains(closing) && random.nextInt(3) == 0) next = closing;
            if (written.size() > free)
                for (int closing : "]}\"".getBytes(StandardCharsets.US_ASCII))
                    if (allowed.contains(closing)) next = closing;
            written.add((byte) next);
            state = automaton.next(state, next);
        }
        byte[] text = new byte[written.size()];
        for (int i = 0; i < text.length; i++) text[i] = written.get(i);
        return text;
    }
}
