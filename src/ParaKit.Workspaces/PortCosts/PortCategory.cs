namespace ParaKit.Workspaces.PortCosts;

/// <summary>The rows of the Xen paper's table of porting costs.</summary>
public enum PortCategory
{
    /// <summary>Code that does not depend on the processor.</summary>
    ArchitectureIndependent,

    /// <summary>The virtual network driver.</summary>
    VirtualNetworkDriver,

    /// <summary>The virtual block-device driver.</summary>
    VirtualBlockDriver,

    /// <summary>Code of the processor and of the hypervisor's interface that is no driver.</summary>
    XenSpecific,
}
