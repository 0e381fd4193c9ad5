namespace ParaKit.Cli.Billing;

/// <summary>What things cost.</summary>
/// <param name="Currency">Three letters, such as EUR.</param>
/// <param name="Prices">Prices of a unit each.</param>
internal sealed record Tariff(string Currency, Prices Prices);

/// <summary>Prices of a unit each, in the tariff's currency. What is given away costs 0: a tariff names all.</summary>
/// <param name="GuestSecond">A second of a processor, in which the guest runs.</param>
/// <param name="HypervisorSecond">A second of a processor, in which the hypervisor works for it.</param>
/// <param name="PageSecond">A page of memory for a second.</param>
/// <param name="StorageRequest">A request to a disk.</param>
/// <param name="StorageByte">A byte read or written.</param>
/// <param name="NetworkPacket">A packet sent or received.</param>
/// <param name="NetworkByte">A byte of those.</param>
internal sealed record Prices(decimal GuestSecond, decimal HypervisorSecond, decimal PageSecond, decimal StorageRequest, decimal StorageByte, decimal NetworkPacket, decimal NetworkByte);
