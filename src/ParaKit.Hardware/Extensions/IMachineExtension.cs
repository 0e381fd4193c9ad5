namespace ParaKit.Hardware.Extensions;

/// <summary>
/// Hardware that somebody adds to the simulated machine: instructions and devices. A plug-in is an assembly with public classes that implement this
/// and have a constructor without parameters.
/// </summary>
public interface IMachineExtension
{
    /// <summary>Name, for messages.</summary>
    string Name { get; }

    /// <summary>Adds everything to a machine. Called once for each machine that is built, so devices are made here.</summary>
    void Extend(MachineExtender machine);
}
