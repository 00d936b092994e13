package dev.rejoinder.lm.chat;

import com.hubspot.jinjava.el.ext.NamedParameter;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.objects.Namespace;
import java.time.LocalDateTime;

/** What chat templates call and Jinjava lacks. Public because Jinjava calls it by name. */
public final class TemplateFunctions {
    /** The variable that holds the time. */
    static final String NOW = "_now";

    private TemplateFunctions() {}

    /** {@code raise_exception(message)}: the template refuses the messages. */
    public static String refuse(String message) {
        throw new TemplateRefusal(message);
    }

    /** {@code strftime_now(format)}, as transformers gives it to templates. */
    public static String strftimeNow(String format) {
        Object now = JinjavaInterpreter.getCurrent().getContext().get(NOW);
        return PythonDates.format((LocalDateTime) now, format);
    }

    /** Jinja's {@code namespace(name=value, ...)}: variables that outlive a loop. */
    public static Namespace namespace(Object... arguments) {
        Namespace variables = new Namespace();
        for (Object argument : arguments) {
            if (argument instanceof NamedParameter named) {
                variables.put(named.getName(), named.getValue());
            }
        }
        return variables;
    }
}
