package dev.rejoinder.lm.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What templates of published models use of Jinja; expected values are those of jinja2 3.1.6. */
class ChatTemplateTest {
    private static final List<ChatMessage> CHAT =
            List.of(
                    ChatMessage.user(" a </think>b "),
                    ChatMessage.assistant("\u00a0c\n"),
                    ChatMessage.user("d"));

    @ParameterizedTest
    @CsvSource(
            delimiterString = "==>",
            quoteCharacter = '`',
            value = {
                "{% if messages[0].content.startswith(' a') %}{{ messages[2]['content'] }}{% endif %} ==> d",
                "`[{{ messages[0].content.split('</think>')[-1].strip() }}]` ==> [b]",
                "`[{{ messages[0].content.split('</think>')[0].lstrip() }}]` ==> `[a ]`",
                "`[{{ messages[0].content.rstrip('b ') }}]` ==> `[ a </think>]`",
                "`[{{ messages[1].content ~ '' }}]` ==> `[\u00a0c\n]`",
                "{% for m in messages[::-1] %}{{ loop.index0 }}{{ m.role }}{% endfor %} ==> 0user1assistant2user",
                "{% set ns = namespace(n=messages|length - 1, t='(,)') %}{{ ns.n }}{{ ns.t }} ==> 2(,)",
                "{% set ns = namespace(n=0) %}{% for m in messages %}{% set ns.n = ns.n + 1 %}"
                        + "{% endfor %}{{ ns.n }} ==> 3",
                "{% if x is not defined and messages[0].tools is not defined %}none{% endif %} ==> none",
                "{{ 'a' if messages[0].role == 'user' else 'b' }} ==> a",
                "{{ bos_token + messages[2].content | trim + eos_token }} ==> <s>d</s>",
                "{{ messages | selectattr('role', 'equalto', 'user') | list | length }} ==> 2",
                "`{{ '}} not x is defined' }} not x is defined [::-1]` ==> `}} not x is defined not x is defined [::-1]`",
                "{{ 'a' if '' != false else 'b' }}{{ 'a' if not x == true else 'b' }} ==> aa",
                "{% if not x is defined and not messages[0]['role'] is none %}y{% endif %} ==> y",
                "{% if strftime_now is defined %}{{ strftime_now('%%') }}{% endif %} ==> %",
                "`{{- ' x ' -}}  \n  y` ==> ` x y`",
                "`{% if true %}\n  z\n{% endif %}\n` ==> `  z\n`",
                "`a\r\nb` ==> `a\nb`",
                "`{{ bos_token }}\n` ==> <s>",
                "`{{ bos_token }}\n\n` ==> `<s>\n`",
            })
    void templatesMeanWhatJinjaMeansByThem(String template, String expected) {
        assertThat(rendered(template)).isEqualTo(expected);
    }

    private static String rendered(String template) {
        return new ChatTemplate(JinjaDialect.toJinjava(template), "<s>", "</s>").render(CHAT, true);
    }
}
