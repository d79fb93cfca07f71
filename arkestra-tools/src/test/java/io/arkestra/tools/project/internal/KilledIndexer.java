package io.arkestra.tools.project.internal;

import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.testkit.TestToolContext;
import io.arkestra.tool.ToolContext;
import io.arkestra.tools.document.internal.TestHome;
import java.nio.file.Path;

/** Indexes a project, says how far it is, and is killed by a test. Arguments: home, directory of the project. */
final class KilledIndexer {
    private KilledIndexer() {}

    public static void main(String[] arguments) {
        Path project = Path.of(arguments[1]);
        ToolContext inner =
                TestToolContext.builder().scope(Scope.of(UserId.of("ann"))).build();
        ToolContext context = (ToolContext) java.lang.reflect.Proxy.newProxyInstance(
                ToolContext.class.getClassLoader(), new Class<?>[] {ToolContext.class}, (proxy, method, values) -> {
                    if (method.getName().equals("progress")) {
                        System.out.println("at " + values[1] + ".");
                        System.out.flush();
                        return null;
                    }
                    return method.invoke(inner, values);
                });
        try (TestHome home = TestHome.at(Path.of(arguments[0]), project.getParent())) {
            home.run("index.project", "{\"path\":\"" + project.getFileName() + "\"}", context);
        }
    }
}
