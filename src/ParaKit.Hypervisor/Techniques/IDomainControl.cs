using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Scheduling;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>
/// What domain 0 can do and no other domain: make domains and end them, stop them and let them go on, say what they are entitled to, and give them devices and take them
/// away. The host process holds it; an ordinary domain is refused each of these by every way that it has (hypercalls, store). Barham et al. 2003, "Control and Management".
/// </summary>
public interface IDomainControl
{
    /// <summary>Creates a domain.</summary>
    /// <exception cref="DomainBuildException">The image, the memory, the number of virtual processors or a device cannot be used; nothing has changed.</exception>
    /// <exception cref="ArgumentException">A scheduling parameter is out of range; nothing has changed.</exception>
    HostedGuest Create(RunRequest run);

    /// <summary>Ends a domain at once.</summary>
    void Destroy(HostedGuest guest);

    /// <summary>Takes a domain that has ended away; its memory is free.</summary>
    /// <exception cref="InvalidOperationException">It has not ended.</exception>
    void Forget(HostedGuest guest);

    /// <summary>Stops a domain until <see cref="Unpause"/>.</summary>
    void Pause(HostedGuest guest);

    /// <summary>Lets a domain go on.</summary>
    void Unpause(HostedGuest guest);

    /// <summary>Says what a domain is entitled to of the processors.</summary>
    /// <exception cref="ArgumentException">A parameter is out of its range; nothing has changed.</exception>
    void Tune(HostedGuest guest, SchedulingParameters parameters);

    /// <summary>Gives a domain a virtual block device (VBD).</summary>
    /// <returns>Its name, such as "xvdb".</returns>
    /// <exception cref="DomainBuildException">The file cannot be used, or there are too many.</exception>
    string AttachDisk(HostedGuest guest, DiskOptions disk);

    /// <summary>Gives a domain a virtual network interface (VIF).</summary>
    /// <returns>Its name, such as "vif1".</returns>
    /// <exception cref="DomainBuildException">Its address is taken.</exception>
    string AttachInterface(HostedGuest guest, VifOptions vif);

    /// <summary>Takes a device away from a domain: what was asked for by then is done, and the guest sees its other half closing.</summary>
    /// <exception cref="ArgumentException">It has no device of that name.</exception>
    void Detach(HostedGuest guest, string device);
}
