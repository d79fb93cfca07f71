package io.arkestra.langchain4j;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.agent.tool.ToolSpecifications;
import dev.langchain4j.service.tool.ToolExecutor;
import io.arkestra.common.ConfigException;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Tools both ways: methods annotated with LangChain4j's {@code @Tool} as tools of Arkestra, and tools of Arkestra for an AI service. Needs
 * {@code dev.langchain4j:langchain4j} on the class path.
 */
public final class LangChain4jTools {
    /** Runs a call that a model of LangChain4j asked for. Thread-safe. */
    @FunctionalInterface
    public interface Caller {
        /**
         * Runs it, or does not. This is the place for what Arkestra's engine does before it runs a tool: validate the arguments against the
         * schema, ask the policy and, where it says so, a person. The arguments are a JSON object and have not been checked.
         *
         * @param memoryId which conversation, as the AI service calls it; null or {@code default} when it has only one
         * @throws ToolException when it could not be done or was not allowed: the message goes to the model
         */
        ToolResult call(ToolCall call, @Nullable Object memoryId);
    }

    private LangChain4jTools() {}

    /**
     * The methods with {@code @Tool} of an object, inherited ones included, by name. Names are made Arkestra's: {@code sendMail} is
     * {@code send_mail}. An annotation does not say what a call does to the world, so each of them counts as one whose effect leaves the
     * machine, which the policy treats with the most care.
     */
    public static List<Tool> of(Object holder) {
        return of(holder, (name, spec) -> {});
    }

    /**
     * As {@link #of(Object)}.
     *
     * @param describe gets the name of each tool, as Arkestra calls it, and its description to say more: side effect, capabilities, time limit
     * @throws ConfigException when there is no such method or two have one name
     */
    public static List<Tool> of(Object holder, BiConsumer<String, ToolSpec.Builder> describe) {
        List<Method> methods = methods(holder.getClass());
        if (methods.isEmpty()) {
            throw new ConfigException("No method of " + holder.getClass().getName()
                    + " is annotated with dev.langchain4j.agent.tool.Tool; annotate at least one");
        }
        List<ToolSpecification> specifications =
                methods.stream().map(ToolSpecifications::toolSpecificationFrom).toList();
        Set<String> seen = new HashSet<>();
        for (ToolSpecification specification : specifications) {
            if (!seen.add(specification.name())) {
                throw new ConfigException("Two tools of " + holder.getClass().getName() + " are called '"
                        + specification.name() + "'; give one of them another name with @Tool(name = …)");
            }
        }
        ToolNames names = ToolNames.ofTheirs(seen);
        List<Tool> tools = new ArrayList<>();
        for (int i = 0; i < methods.size(); i++) {
            ToolSpecification specification = specifications.get(i);
            String name = names.there(specification.name());
            ToolSpec.Builder spec = LlmRequests.describe(specification, name).sideEffect(ToolSpec.SideEffect.OUTWARD);
            describe.accept(name, spec);
            tools.add(new AnnotatedTool(holder, methods.get(i), specification.name(), spec.build()));
        }
        return List.copyOf(tools);
    }

    private static List<Method> methods(Class<?> holder) {
        List<Method> methods = new ArrayList<>();
        Set<String> signatures = new HashSet<>();
        for (Class<?> type = holder; type != null && type != Object.class; type = type.getSuperclass()) {
            for (Method method : type.getDeclaredMethods()) {
                boolean concrete = !method.isBridge() && !Modifier.isAbstract(method.getModifiers());
                if (concrete
                        && signatures.add(method.getName() + Arrays.toString(method.getParameterTypes()))
                        && method.isAnnotationPresent(dev.langchain4j.agent.tool.Tool.class)) {
                    methods.add(method);
                }
            }
        }
        methods.sort(Comparator.comparing(Method::getName).thenComparing(Method::toString));
        return methods;
    }

    /**
     * Tools of Arkestra for {@code AiServices.builder(…).tools(…)}. Nothing runs by itself: every call goes to the caller.
     *
     * @param tools what the model is told of
     * @param caller runs the calls
     */
    public static Map<ToolSpecification, ToolExecutor> executors(List<ToolSpec> tools, Caller caller) {
        ToolNames names = ToolNames.ofOurs(tools.stream().map(ToolSpec::name).toList());
        Map<ToolSpecification, ToolExecutor> executors = new LinkedHashMap<>();
        for (ToolSpec tool : tools) {
            executors.put(ChatRequests.tool(tool, names), new CallingExecutor(tool.name(), caller));
        }
        return executors;
    }
}
