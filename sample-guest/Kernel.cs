using System.Runtime;
using ParaKit.Guest;

/// <summary>
/// A small kernel, one source for every technique. Read it from here: boot, then what each line of
/// <see cref="Main"/> sets up. Memory: frames, address spaces, demand paging, copy on write. Processes: threads, scheduling, system calls,
/// pipes. Files: a file system in memory. Storage: a log on a disk. Programs: what runs in ring 3. Checks: what the kernel promises, checked by itself. Benchmarks:
/// what operations cost, with "bench" on the command line, those of devices included. With "disk" it uses a disk, with "network" a network; with "store=3" it commits three transactions to a log on it. With "programs=1000" it runs random programs and says what each did.
/// With "build=1024" it builds address spaces, with page-table updates in batches of all sizes. With "load=3000" it uses 3000 pages of memory, paged to the disk if there are fewer frames; a balloon driver gives frames to the hypervisor. With "team=16" its threads run on all processors; with "offer=600" it offers 600 pages to share with other guests.
/// </summary>
internal static unsafe class Kernel
{
    private const uint TickHertz = 1000;

    [RuntimeExport("kernel_main")]
    private static void Main(ulong bootInformation)
    {
        Platform.Initialize(bootInformation);
        Banner();
        bool hasTeam = CommandLine.TryGetNumber("team=", out ulong threads);
        if (hasTeam)
        {
            Processors.Find();
        }

        Frames.Initialize();
        AddressSpace.CreateKernel();
        DescriptorTables.Load();
        Scheduler.Initialize();
        Thread.Initialize();
        Pipe.Initialize();
        Process.Initialize();
        FileSystem.Initialize();
        Interrupts.Initialize();
        Timer.Start(TickHertz);
        X86.Sti();

        if (!CommandLine.Has("quick"))
        {
            SelfCheck.Run();
        }

        if (hasTeam)
        {
            TeamCheck.Run(threads);
        }

        Measure();
        Exercise();
        X86.Cli();
        Platform.Shutdown(SelfCheck.Failures);
    }

    /// <summary>What operations cost.</summary>
    [MaySleep]
    private static void Measure()
    {
        bool isAll = CommandLine.Has("bench");
        if (isAll)
        {
            Microbenchmarks.Run();
        }

        if (!isAll && CommandLine.Has("disk"))
        {
            DiskBenchmarks.Run();
        }

        if (!isAll && CommandLine.Has("network"))
        {
            NetworkBenchmarks.Run();
        }
    }

    /// <summary>What else the command line asks for.</summary>
    [MaySleep]
    private static void Exercise()
    {
        if (CommandLine.TryGetNumber("store=", out ulong transactions))
        {
            StoreExercise.Run(transactions, isOrdered: !CommandLine.Has("unordered"));
        }

        if (CommandLine.TryGetNumber("programs=", out ulong programs))
        {
            RandomPrograms.Run(programs);
        }

        if (CommandLine.TryGetNumber("build=", out ulong built))
        {
            AddressSpaceBuild.Run(built);
        }

        if (CommandLine.TryGetNumber("give-up=", out ulong frames))
        {
            BalloonCheck.Run(frames);
        }

        if (CommandLine.TryGetNumber("offer=", out ulong offered))
        {
            OfferedPages.Run(offered);
        }

        if (CommandLine.TryGetNumber("load=", out ulong pages))
        {
            MemoryLoad.Run(pages);
        }
    }

    private static void Banner()
    {
        Console.Write("ParaKit sample kernel, ");
        Console.WriteDecimal(Platform.MemoryBytes >> 20);
        Console.WriteLine(" MiB of memory");
        if (!Platform.CommandLine.IsEmpty)
        {
            Console.Write("command line: ");
            Console.Write(Platform.CommandLine);
            Console.Write("\n");
        }
    }
}
