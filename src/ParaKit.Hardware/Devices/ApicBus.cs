namespace ParaKit.Hardware.Devices;

/// <summary>Carries messages between local APICs. Intel SDM vol. 3A, "Issuing Interprocessor Interrupts".</summary>
internal sealed class ApicBus
{
    private readonly List<LocalApic> _apics = [];

    /// <summary>What was asked for and is not there; null for nothing.</summary>
    public string? Problem { get; private set; }

    /// <summary>Messages that were sent.</summary>
    public long Messages { get; private set; }

    /// <summary>Adds an APIC.</summary>
    public void Add(LocalApic apic) => _apics.Add(apic);

    /// <summary>Sends a message. Startup messages to who does not wait for one, and combinations that there are not, reach nobody.</summary>
    public void Send(LocalApic sender, InterruptCommand command)
    {
        Messages++;
        bool isInterrupt = command.Mode is DeliveryMode.Fixed or DeliveryMode.LowestPriority;
        if (isInterrupt && command.Vector < LocalApic.FirstVector)
        {
            sender.Report(ApicErrors.SendIllegalVector);
            return;
        }

        // What is no interrupt can be sent to others only.
        LocalApic[] targets = [.. _apics.Where(apic => IsMeant(apic, sender, command) && (isInterrupt || apic != sender || command.Shorthand == DestinationShorthand.None))];
        if (command.Mode == DeliveryMode.LowestPriority)
        {
            targets = [.. targets.Where(apic => apic.IsSoftwareEnabled).OrderBy(apic => apic.ProcessorPriority).ThenBy(apic => apic.Id).Take(1)];
        }

        foreach (LocalApic target in targets)
        {
            Deliver(target, command);
        }
    }

    private void Deliver(LocalApic target, InterruptCommand command)
    {
        switch (command.Mode)
        {
            case DeliveryMode.Fixed or DeliveryMode.LowestPriority:
                target.Accept(command.Vector);
                break;
            case DeliveryMode.Init when !command.IsDeassert:
                (target.HasInit, target.StartupPage) = (true, null);
                break;
            case DeliveryMode.Startup:
                target.StartupPage = command.Vector;
                break;
            case DeliveryMode.NonMaskable or DeliveryMode.SystemManagement:
                Problem ??= $"a message of the local APIC with delivery mode {(command.Mode == DeliveryMode.NonMaskable ? "NMI" : "SMI")}";
                break;
            default:
                break;
        }
    }

    private static bool IsMeant(LocalApic apic, LocalApic sender, InterruptCommand command) => command.Shorthand switch
    {
        DestinationShorthand.Self => apic == sender,
        DestinationShorthand.AllIncludingSelf => true,
        DestinationShorthand.AllExcludingSelf => apic != sender,
        _ when command.IsLogical => apic.IsInLogical(command.Destination),
        _ => command.Destination == InterruptCommand.Broadcast || command.Destination == apic.Id,
    };
}
