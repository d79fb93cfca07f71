package io.arkestra.tool.builtin.internal;

import io.arkestra.memory.Memory;
import io.arkestra.people.internal.AliasStore;
import io.arkestra.people.internal.PeopleStore;
import io.arkestra.schedule.internal.DurableReminders;
import io.arkestra.task.internal.TaskStore;
import io.arkestra.tool.Tool;
import java.util.ArrayList;
import java.util.List;

/** The tools that every engine has. They touch nothing but the user's own data. */
public final class BuiltInTools {
    private BuiltInTools() {}

    public static List<Tool> all(
            Memory memory, DurableReminders reminders, TaskStore tasks, PeopleStore people, AliasStore aliases) {
        List<Tool> tools = new ArrayList<>();
        tools.addAll(NoteTools.all(memory));
        tools.addAll(ReminderTools.all(reminders));
        tools.addAll(TaskTools.all(tasks, reminders, memory));
        tools.addAll(ProfileTools.all(people, aliases));
        tools.addAll(SearchTools.all(memory));
        tools.addAll(MemoryTools.all(memory));
        return List.copyOf(tools);
    }
}
