using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ParaKit.Abi.Tests;

/// <summary>
/// Sizes and offsets as a C compiler computes them for x86-64 from Xen's public headers (interface version 0x00040e00).
/// </summary>
public sealed unsafe class StructLayoutTests
{
    public static TheoryData<Type, int> Sizes => new()
    {
        { typeof(StartInfo), 1168 }, { typeof(SharedInfo), 3136 }, { typeof(VcpuInfo), 64 }, { typeof(ArchVcpuInfo), 16 },
        { typeof(ArchSharedInfo), 48 }, { typeof(VcpuTimeInfo), 32 },
        { typeof(EventAllocUnbound), 8 }, { typeof(EventBindInterdomain), 12 }, { typeof(EventBindVirq), 12 }, { typeof(EventBindPirq), 12 },
        { typeof(EventBindIpi), 8 }, { typeof(EventClose), 4 }, { typeof(EventSend), 4 }, { typeof(EventStatus), 24 },
        { typeof(EventBindVcpu), 8 }, { typeof(EventUnmask), 4 }, { typeof(EventReset), 2 },
        { typeof(SchedulerShutdown), 4 }, { typeof(SchedulerPoll), 24 },
        { typeof(VcpuRunstateInfo), 48 }, { typeof(VcpuRegisterRunstateMemoryArea), 8 }, { typeof(VcpuSetPeriodicTimer), 8 }, { typeof(VcpuSetSingleshotTimer), 16 }, { typeof(VcpuRegisterVcpuInfo), 16 }, { typeof(VcpuGuestContext), 5168 }, { typeof(CpuUserRegisters), 200 },
        { typeof(MmuUpdateRequest), 16 }, { typeof(MmuExtendedOperation), 24 }, { typeof(MulticallEntry), 64 },
        { typeof(TrapInfo), 16 }, { typeof(CallbackRegister), 16 }, { typeof(CallbackUnregister), 4 }, { typeof(IretContext), 72 },
        { typeof(FeatureInfo), 8 }, { typeof(MemoryReservation), 32 }, { typeof(MachinePhysicalMapping), 24 },
        { typeof(MachinePhysicalFrameList), 24 }, { typeof(MemoryDomain), 2 },
        { typeof(HvmStartInfo), 56 }, { typeof(HvmMemoryMapEntry), 24 }, { typeof(HvmModule), 32 },
        { typeof(GrantEntryV1), 8 }, { typeof(GrantSetupTable), 24 }, { typeof(GrantQuerySize), 16 }, { typeof(GrantVersion), 8 }, { typeof(GrantCopyPlace), 16 }, { typeof(GrantCopy), 40 }, { typeof(GrantTransfer), 24 }, { typeof(GrantMap), 32 }, { typeof(GrantUnmap), 24 },
        { typeof(NetworkTransmitRequest), 12 }, { typeof(NetworkTransmitResponse), 4 }, { typeof(NetworkReceiveRequest), 8 }, { typeof(NetworkReceiveResponse), 8 },
        { typeof(StoreInterface), 2072 }, { typeof(ConsoleInterface), 3088 }, { typeof(StoreMessage), 16 }, { typeof(BlockRequest), 112 }, { typeof(BlockSegment), 8 }, { typeof(BlockSegmentList), 88 }, { typeof(BlockResponse), 16 },
        { typeof(SharedRing), 64 }, { typeof(AcpiRootPointer), 36 }, { typeof(AcpiTableHeader), AcpiTableHeader.Bytes }, { typeof(AcpiProcessor), 8 },
        { typeof(PhysicalDeviceSetIopl), 4 }, { typeof(PhysicalDeviceSetIoBitmap), 16 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Structure_HasTheSizeOfTheHeader(Type type, int size)
    {
        var sizeOf = typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type);
        Assert.Equal(size, (int)sizeOf.Invoke(null, null)!);
    }

    [Fact]
    public void EveryStructure_IsInTheSizeTable()
    {
        var known = Sizes.Select(row => (Type)row[0]).ToHashSet();
        var all = typeof(StartInfo).Assembly.GetExportedTypes().Where(t => t is { IsValueType: true, IsEnum: false, IsNested: false });
        Assert.DoesNotContain(all, t => !known.Contains(t));
    }

    [Theory]
    [InlineData(typeof(StartInfo), nameof(StartInfo.Magic), 0)]
    [InlineData(typeof(StartInfo), nameof(StartInfo.PageCount), 32)]
    [InlineData(typeof(StartInfo), nameof(StartInfo.SharedInfo), 40)]
    [InlineData(typeof(StartInfo), nameof(StartInfo.Flags), 48)]
    [InlineData(typeof(StartInfo), nameof(StartInfo.StoreFrame), 56)]
    [InlineData(typeof(StartInfo), nameof(StartInfo.StorePort), 64)]
    [InlineData(typeof(StartInfo), nameof(StartInfo.ConsoleFrame), 72)]
    [InlineData(typeof(StartInfo), nameof(StartInfo.ConsolePort), 80)]
    [InlineData(typeof(StartInfo), nameof(StartInfo.ConsoleInfoOffset), 72)]
    [InlineData(typeof(StartInfo), nameof(StartInfo.ConsoleInfoSize), 76)]
    [InlineData(typeof(StartInfo), nameof(StartInfo.PageTableBase), 88)]
    [InlineData(typeof(StartInfo), nameof(StartInfo.PageTableFrameCount), 96)]
    [InlineData(typeof(StartInfo), nameof(StartInfo.FrameList), 104)]
    [InlineData(typeof(StartInfo), nameof(StartInfo.ModuleStart), 112)]
    [InlineData(typeof(StartInfo), nameof(StartInfo.ModuleLength), 120)]
    [InlineData(typeof(StartInfo), nameof(StartInfo.CommandLine), 128)]
    [InlineData(typeof(StartInfo), nameof(StartInfo.FirstP2MFrame), 1152)]
    [InlineData(typeof(StartInfo), nameof(StartInfo.P2MFrameCount), 1160)]
    [InlineData(typeof(SharedInfo), nameof(SharedInfo.Vcpu0), 0)]
    [InlineData(typeof(SharedInfo), nameof(SharedInfo.EventPending), 2048)]
    [InlineData(typeof(SharedInfo), nameof(SharedInfo.EventMask), 2560)]
    [InlineData(typeof(SharedInfo), nameof(SharedInfo.WallClockVersion), 3072)]
    [InlineData(typeof(SharedInfo), nameof(SharedInfo.WallClockSeconds), 3076)]
    [InlineData(typeof(SharedInfo), nameof(SharedInfo.WallClockNanoseconds), 3080)]
    [InlineData(typeof(SharedInfo), nameof(SharedInfo.WallClockSecondsHigh), 3084)]
    [InlineData(typeof(SharedInfo), nameof(SharedInfo.Arch), 3088)]
    [InlineData(typeof(VcpuInfo), nameof(VcpuInfo.EventUpcallPending), 0)]
    [InlineData(typeof(VcpuInfo), nameof(VcpuInfo.EventUpcallMask), 1)]
    [InlineData(typeof(VcpuInfo), nameof(VcpuInfo.EventPendingSelector), 8)]
    [InlineData(typeof(VcpuInfo), nameof(VcpuInfo.Arch), 16)]
    [InlineData(typeof(VcpuInfo), nameof(VcpuInfo.Time), 32)]
    [InlineData(typeof(ArchVcpuInfo), nameof(ArchVcpuInfo.Cr2), 0)]
    [InlineData(typeof(ArchSharedInfo), nameof(ArchSharedInfo.P2MFrameListList), 8)]
    [InlineData(typeof(ArchSharedInfo), nameof(ArchSharedInfo.NmiReason), 16)]
    [InlineData(typeof(ArchSharedInfo), nameof(ArchSharedInfo.P2MCr3), 24)]
    [InlineData(typeof(ArchSharedInfo), nameof(ArchSharedInfo.P2MAddress), 32)]
    [InlineData(typeof(ArchSharedInfo), nameof(ArchSharedInfo.P2MGeneration), 40)]
    [InlineData(typeof(VcpuTimeInfo), nameof(VcpuTimeInfo.TscTimestamp), 8)]
    [InlineData(typeof(VcpuTimeInfo), nameof(VcpuTimeInfo.SystemTime), 16)]
    [InlineData(typeof(VcpuTimeInfo), nameof(VcpuTimeInfo.TscToSystemMultiplier), 24)]
    [InlineData(typeof(VcpuTimeInfo), nameof(VcpuTimeInfo.TscShift), 28)]
    [InlineData(typeof(VcpuTimeInfo), nameof(VcpuTimeInfo.Flags), 29)]
    [InlineData(typeof(EventAllocUnbound), nameof(EventAllocUnbound.RemoteDomain), 2)]
    [InlineData(typeof(EventAllocUnbound), nameof(EventAllocUnbound.Port), 4)]
    [InlineData(typeof(EventBindInterdomain), nameof(EventBindInterdomain.RemotePort), 4)]
    [InlineData(typeof(EventBindInterdomain), nameof(EventBindInterdomain.LocalPort), 8)]
    [InlineData(typeof(EventBindVirq), nameof(EventBindVirq.Vcpu), 4)]
    [InlineData(typeof(EventBindVirq), nameof(EventBindVirq.Port), 8)]
    [InlineData(typeof(EventBindIpi), nameof(EventBindIpi.Port), 4)]
    [InlineData(typeof(EventStatus), nameof(EventStatus.Port), 4)]
    [InlineData(typeof(EventStatus), nameof(EventStatus.Status), 8)]
    [InlineData(typeof(EventStatus), nameof(EventStatus.Vcpu), 12)]
    [InlineData(typeof(EventStatus), nameof(EventStatus.RemoteDomain), 16)]
    [InlineData(typeof(EventStatus), nameof(EventStatus.RemotePort), 20)]
    [InlineData(typeof(SchedulerPoll), nameof(SchedulerPoll.PortCount), 8)]
    [InlineData(typeof(SchedulerPoll), nameof(SchedulerPoll.Timeout), 16)]
    [InlineData(typeof(VcpuRunstateInfo), nameof(VcpuRunstateInfo.StateEntryTime), 8)]
    [InlineData(typeof(VcpuRunstateInfo), nameof(VcpuRunstateInfo.RunningTime), 16)]
    [InlineData(typeof(VcpuSetSingleshotTimer), nameof(VcpuSetSingleshotTimer.Flags), 8)]
    [InlineData(typeof(VcpuRegisterVcpuInfo), nameof(VcpuRegisterVcpuInfo.Offset), 8)]
    [InlineData(typeof(MmuUpdateRequest), nameof(MmuUpdateRequest.Value), 8)]
    [InlineData(typeof(MmuExtendedOperation), nameof(MmuExtendedOperation.MachineFrame), 8)]
    [InlineData(typeof(MmuExtendedOperation), nameof(MmuExtendedOperation.LinearAddress), 8)]
    [InlineData(typeof(MmuExtendedOperation), nameof(MmuExtendedOperation.VcpuMask), 16)]
    [InlineData(typeof(MmuExtendedOperation), nameof(MmuExtendedOperation.EntryCount), 16)]
    [InlineData(typeof(MulticallEntry), nameof(MulticallEntry.Result), 8)]
    [InlineData(typeof(MulticallEntry), nameof(MulticallEntry.Argument1), 16)]
    [InlineData(typeof(TrapInfo), nameof(TrapInfo.Flags), 1)]
    [InlineData(typeof(TrapInfo), nameof(TrapInfo.CodeSelector), 2)]
    [InlineData(typeof(TrapInfo), nameof(TrapInfo.Address), 8)]
    [InlineData(typeof(CallbackRegister), nameof(CallbackRegister.Flags), 2)]
    [InlineData(typeof(CallbackRegister), nameof(CallbackRegister.Address), 8)]
    [InlineData(typeof(IretContext), nameof(IretContext.R11), 8)]
    [InlineData(typeof(IretContext), nameof(IretContext.Rcx), 16)]
    [InlineData(typeof(IretContext), nameof(IretContext.Flags), 24)]
    [InlineData(typeof(IretContext), nameof(IretContext.Rip), 32)]
    [InlineData(typeof(IretContext), nameof(IretContext.Cs), 40)]
    [InlineData(typeof(IretContext), nameof(IretContext.Rflags), 48)]
    [InlineData(typeof(IretContext), nameof(IretContext.Rsp), 56)]
    [InlineData(typeof(IretContext), nameof(IretContext.Ss), 64)]
    [InlineData(typeof(MemoryReservation), nameof(MemoryReservation.ExtentCount), 8)]
    [InlineData(typeof(MemoryReservation), nameof(MemoryReservation.ExtentOrder), 16)]
    [InlineData(typeof(MemoryReservation), nameof(MemoryReservation.MemoryFlags), 20)]
    [InlineData(typeof(MemoryReservation), nameof(MemoryReservation.Domain), 24)]
    [InlineData(typeof(MachinePhysicalFrameList), nameof(MachinePhysicalFrameList.ExtentStart), 8)]
    [InlineData(typeof(MachinePhysicalFrameList), nameof(MachinePhysicalFrameList.ExtentCount), 16)]
    [InlineData(typeof(HvmStartInfo), nameof(HvmStartInfo.CommandLine), 24)]
    [InlineData(typeof(HvmStartInfo), nameof(HvmStartInfo.MemoryMap), 40)]
    [InlineData(typeof(HvmStartInfo), nameof(HvmStartInfo.MemoryMapCount), 48)]
    [InlineData(typeof(HvmMemoryMapEntry), nameof(HvmMemoryMapEntry.Type), 16)]
    [InlineData(typeof(GrantCopyPlace), nameof(GrantCopyPlace.Domain), 8)]
    [InlineData(typeof(GrantCopyPlace), nameof(GrantCopyPlace.Offset), 10)]
    [InlineData(typeof(GrantCopy), nameof(GrantCopy.Destination), 16)]
    [InlineData(typeof(GrantCopy), nameof(GrantCopy.Length), 32)]
    [InlineData(typeof(GrantCopy), nameof(GrantCopy.Flags), 34)]
    [InlineData(typeof(GrantCopy), nameof(GrantCopy.Status), 36)]
    [InlineData(typeof(StoreInterface), nameof(StoreInterface.RequestConsumer), 2048)]
    [InlineData(typeof(StoreInterface), nameof(StoreInterface.RequestProducer), 2052)]
    [InlineData(typeof(StoreInterface), nameof(StoreInterface.ResponseConsumer), 2056)]
    [InlineData(typeof(StoreInterface), nameof(StoreInterface.ResponseProducer), 2060)]
    [InlineData(typeof(StoreMessage), nameof(StoreMessage.Length), 12)]
    [InlineData(typeof(BlockRequest), nameof(BlockRequest.Id), 8)]
    [InlineData(typeof(BlockRequest), nameof(BlockRequest.Sector), 16)]
    [InlineData(typeof(BlockRequest), nameof(BlockRequest.Segments), 24)]
    [InlineData(typeof(BlockSegment), nameof(BlockSegment.First), 4)]
    [InlineData(typeof(BlockResponse), nameof(BlockResponse.Operation), 8)]
    [InlineData(typeof(BlockResponse), nameof(BlockResponse.Status), 10)]
    [InlineData(typeof(GrantEntryV1), nameof(GrantEntryV1.Domain), 2)]
    [InlineData(typeof(GrantEntryV1), nameof(GrantEntryV1.Frame), 4)]
    [InlineData(typeof(GrantSetupTable), nameof(GrantSetupTable.FrameCount), 4)]
    [InlineData(typeof(GrantSetupTable), nameof(GrantSetupTable.Status), 8)]
    [InlineData(typeof(GrantSetupTable), nameof(GrantSetupTable.FrameList), 16)]
    [InlineData(typeof(GrantQuerySize), nameof(GrantQuerySize.FrameCount), 4)]
    [InlineData(typeof(GrantQuerySize), nameof(GrantQuerySize.MaximumFrameCount), 8)]
    [InlineData(typeof(GrantQuerySize), nameof(GrantQuerySize.Status), 12)]
    [InlineData(typeof(SharedRing), nameof(SharedRing.RequestProducer), 0)]
    [InlineData(typeof(SharedRing), nameof(SharedRing.RequestEvent), 4)]
    [InlineData(typeof(SharedRing), nameof(SharedRing.ResponseProducer), 8)]
    [InlineData(typeof(SharedRing), nameof(SharedRing.ResponseEvent), 12)]
    public void Field_HasTheOffsetOfTheHeader(Type type, string field, int offset) =>
        Assert.Equal(offset, (int)Marshal.OffsetOf(type, field));

    [Fact]
    public void Abi_ReferencesOnlyTheRuntime() =>
        Assert.Equal(["System.Runtime"], typeof(StartInfo).Assembly.GetReferencedAssemblies().Select(a => a.Name!));

    [Fact]
    public void Structures_HaveNoReferencesAndNoMethods()
    {
        foreach (var type in typeof(StartInfo).Assembly.GetExportedTypes().Where(t => t is { IsValueType: true, IsEnum: false }))
        {
            Assert.False((bool)typeof(RuntimeHelpers).GetMethod(nameof(RuntimeHelpers.IsReferenceOrContainsReferences))!.MakeGenericMethod(type).Invoke(null, null)!);
            Assert.Empty(type.GetMethods(BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static));
        }
    }
}
