using Microsoft.Build.Framework;

namespace ParaKit.Sdk;

/// <summary>A build task: sets a variable of the building process, which the processes that it starts from then on inherit.</summary>
public sealed class SetEnvironmentVariable : ITask
{
    /// <inheritdoc/>
    public IBuildEngine BuildEngine { get; set; } = null!;

    /// <inheritdoc/>
    public ITaskHost? HostObject { get; set; }

    /// <summary>The variable.</summary>
    [Required]
    public string Name { get; set; } = "";

    /// <summary>What it becomes; none removes it.</summary>
    public string? Value { get; set; }

    /// <inheritdoc/>
    public bool Execute()
    {
        Environment.SetEnvironmentVariable(Name, Value);
        return true;
    }
}
