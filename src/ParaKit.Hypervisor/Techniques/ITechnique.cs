namespace ParaKit.Hypervisor.Techniques;

/// <summary>A way to run a guest kernel.</summary>
public interface ITechnique
{
    /// <summary>Name on the command line, such as "native".</summary>
    string Name { get; }

    /// <summary>Whether the host's own processor runs the guest, so that not every host has it and nothing is modelled.</summary>
    bool IsOfHost => false;

    /// <summary>Runs a guest until it ends, and says how. A guest can do nothing that makes this throw.</summary>
    /// <exception cref="Domains.DomainBuildException">The image or the memory size cannot be used.</exception>
    RunResult Run(RunRequest run);
}
