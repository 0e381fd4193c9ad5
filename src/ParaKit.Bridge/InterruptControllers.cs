
/// <summary>The two 8259 interrupt controllers, cascaded on input 2. Intel 8259A data sheet, "Initialization Command Words".</summary>
internal static unsafe class InterruptControllers
{
    private const int CascadeInput = 2;
    private const int Inputs = 8;

    private static Controller s_first;
    private static Controller s_second;

    private struct Controller
    {
        public byte Vector;
        public byte Mask;
        public byte Requested;
        public byte InService;
        public byte InitializationStep;
        public bool ReadsInService;
    }

    /// <summary>Raises an input, 0 to 15.</summary>
    public static void Raise(int input)
    {
        if (input >= Inputs)
        {
            s_second.Requested |= (byte)(1 << (input - Inputs));
        }
        else
        {
            s_first.Requested |= (byte)(1 << input);
        }

        Publish();
    }

    /// <summary>Whether an input waits that no mask and no interrupt in service holds back.</summary>
    public static bool IsWaiting => Next(s_first) >= 0 || Next(s_second) >= 0;

    /// <summary>Takes the most urgent interrupt into service and gives its vector.</summary>
    public static bool TryAcknowledge(out int vector)
    {
        int second = Next(s_second);
        int first = Next(s_first);
        vector = 0;
        if (first < 0 && second < 0)
        {
            return false;
        }

        if (first >= 0 && (first < CascadeInput || second < 0))
        {
            vector = Take(ref s_first, first);
        }
        else
        {
            s_first.InService |= 1 << CascadeInput;
            vector = Take(ref s_second, second);
        }

        Publish();
        return true;
    }

    /// <summary>A write to a controller's port.</summary>
    /// <param name="isSecond">Which controller.</param>
    /// <param name="offset">Port 0 or 1.</param>
    /// <param name="value">The byte.</param>
    public static void Write(bool isSecond, int offset, byte value)
    {
        if (isSecond)
        {
            Write(ref s_second, offset, value);
        }
        else
        {
            Write(ref s_first, offset, value);
        }

        Publish();
    }

    /// <summary>A read of a controller's port.</summary>
    public static byte Read(bool isSecond, int offset) => isSecond ? Read(ref s_second, offset) : Read(ref s_first, offset);

    private static void Write(ref Controller controller, int offset, byte value)
    {
        if (offset == 0)
        {
            Command(ref controller, value);
            return;
        }

        switch (controller.InitializationStep)
        {
            case 1:
                controller.Vector = (byte)(value & 0xf8);
                controller.InitializationStep = 2;
                break;
            case 2:
                controller.InitializationStep = 3;
                break;
            case 3:
                controller.InitializationStep = 0;
                break;
            default:
                controller.Mask = value;
                break;
        }
    }

    private static void Command(ref Controller controller, byte value)
    {
        const int Initialize = 0x10;
        const int Third = 0x08;
        const int EndOfInterrupt = 0x20;
        const int Specific = 0x40;
        if ((value & Initialize) != 0)
        {
            controller = default;
            controller.InitializationStep = 1;
        }
        else if ((value & Third) != 0)
        {
            controller.ReadsInService = (value & 3) == 3;
        }
        else if ((value & EndOfInterrupt) != 0)
        {
            int served = controller.InService;
            controller.InService &= (byte)((value & Specific) != 0 ? ~(1 << (value & 7)) : served - 1);
        }
    }

    private static byte Read(ref Controller controller, int offset) =>
        offset == 1 ? controller.Mask : controller.ReadsInService ? controller.InService : controller.Requested;

    private static int Next(Controller controller)
    {
        int waiting = controller.Requested & ~controller.Mask;
        for (int input = 0; input < Inputs; input++)
        {
            if ((controller.InService & (1 << input)) != 0)
            {
                return -1;
            }

            if ((waiting & (1 << input)) != 0)
            {
                return input;
            }
        }

        return -1;
    }

    private static int Take(ref Controller controller, int input)
    {
        controller.Requested &= (byte)~(1 << input);
        controller.InService |= (byte)(1 << input);
        return controller.Vector + input;
    }

    /// <summary>Lets the kernel's trampolines know.</summary>
    private static void Publish() => Payload.Flags->InterruptPending = IsWaiting ? (byte)1 : (byte)0;
}
