package dev.rejoinder.lm.chat;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaInterpreterResolver;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.interpret.TemplateError.ErrorType;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jinjava.javax.el.CompositeELResolver;
import jinjava.javax.el.ELResolver;

/**
 * A model's Jinja template, rendered as {@code transformers} renders it: blocks trim their line,
 * and {@code raise_exception} refuses messages. Contents are data: braces in them are never
 * evaluated.
 *
 * @param bos text of the token that begins a sequence, empty if there is none
 * @param eos text of the token that ends one, empty if there is none
 */
record ChatTemplate(String source, String bos, String eos) {
    private static final Jinjava JINJA = jinja();

    private static Jinjava jinja() {
        LegacyOverrides modern =
                LegacyOverrides.newBuilder()
                        .withEvaluateMapKeys(true)
                        .withIterateOverMapKeys(true)
                        .withUsePyishObjectMapper(true)
                        .withUseNaturalOperatorPrecedence(true)
                        .withParseWhitespaceControlStrictly(true)
                        .withWhitespaceRequiredWithinTokens(false)
                        .withAllowAdjacentTextNodes(true)
                        .withKeepNullableLoopValues(true)
                        .withUseTrimmingForNotesAndExpressions(true)
                        .build();
        Jinjava jinja =
                new Jinjava(
                        JinjavaConfig.newBuilder()
                                .withTrimBlocks(true)
                                .withLstripBlocks(true)
                                .withNestedInterpretationEnabled(false)
                                .withLegacyOverrides(modern)
                                .withElResolver(resolver())
                                .build());
        jinja.getGlobalContext().registerFilter(new TrimFilter());
        register(jinja, "raise_exception", "refuse", String.class);
        register(jinja, "strftime_now", "strftimeNow", String.class);
        register(jinja, "namespace", "namespace", Object[].class);
        return jinja;
    }

    private static ELResolver resolver() {
        CompositeELResolver resolver = new CompositeELResolver();
        resolver.add(new PythonStrings());
        resolver.add(JinjavaInterpreterResolver.DEFAULT_RESOLVER_READ_ONLY);
        return resolver;
    }

    private static void register(
            Jinjava jinja, String name, String method, Class<?>... parameters) {
        jinja.getGlobalContext()
                .registerFunction(
                        new ELFunctionDefinition(
                                "", name, TemplateFunctions.class, method, parameters));
    }

    /**
     * @param opensReply whether the opening of the assistant's turn follows
     * @throws IllegalArgumentException with the template's own words if it refuses the messages
     * @throws IllegalStateException if the template itself fails
     */
    String render(List<ChatMessage> messages, boolean opensReply) {
        return render(messages, opensReply, LocalDateTime.now());
    }

    /**
     * @param now for templates that write the date
     */
    String render(List<ChatMessage> messages, boolean opensReply, LocalDateTime now) {
        Map<String, Object> variables = new HashMap<>();
        variables.put("messages", messages.stream().map(ChatTemplate::variables).toList());
        variables.put("add_generation_prompt", opensReply);
        variables.put("bos_token", bos);
        variables.put("eos_token", eos);
        variables.put(TemplateFunctions.NOW, now);
        RenderResult result = JINJA.renderForResult(source, variables);
        for (TemplateError error : result.getErrors()) fail(error);
        return result.getOutput();
    }

    private static Map<String, Object> variables(ChatMessage message) {
        return Map.of("role", message.role().label(), "content", message.content());
    }

    private static void fail(TemplateError error) {
        for (Throwable e = error.getException(); e != null; e = e.getCause()) {
            if (e instanceof TemplateRefusal refusal) throw refusal.asArgument();
        }
        if (error.getSeverity() == ErrorType.FATAL) {
            throw new IllegalStateException(
                    "the chat template fails at line %d: %s"
                            .formatted(error.getLineno(), error.getMessage()));
        }
    }
}
