using System.Buffers.Binary;
using System.Text;
using ParaKit.Hardware.Bus;

namespace ParaKit.Hardware.Devices;

/// <summary>
/// An ATA channel with up to two disks, by programmed input and output: commands IDENTIFY DEVICE, READ SECTORS, WRITE SECTORS and FLUSH CACHE with
/// 28-bit addresses. The disks take no time and raise no interrupts. ANSI INCITS 397 (ATA/ATAPI-7 vol. 1), "PIO data-in command protocol".
/// </summary>
public sealed class AtaChannel : IPortDevice
{
    /// <summary>Ports of the command block.</summary>
    public const int PortCount = 8;

    private const int Data = 0;
    private const int Error = 1;
    private const int SectorCount = 2;
    private const int Low = 3;
    private const int Middle = 4;
    private const int High = 5;
    private const int Device = 6;
    private const int Command = 7;

    private const byte CommandRead = 0x20;
    private const byte CommandWrite = 0x30;
    private const byte CommandFlush = 0xe7;
    private const byte CommandIdentify = 0xec;

    private const byte StatusError = 1 << 0;
    private const byte StatusDataRequest = 1 << 3;
    private const byte StatusReady = (1 << 6) | (1 << 4);
    private const byte ErrorAborted = 1 << 2;
    private const byte ErrorNotFound = 1 << 4;
    private const byte ErrorUncorrectable = 1 << 6;
    private const byte SecondDevice = 1 << 4;
    private const byte LinearAddress = 1 << 6;
    private const int SectorBytes = 512;
    private const uint AddressLimit = 1 << 28;

    private readonly ISectorStore?[] _disks = new ISectorStore?[2];
    private readonly byte[] _registers = new byte[PortCount];
    private readonly byte[] _sector = new byte[SectorBytes];
    private int _place = SectorBytes;
    private uint _address;
    private int _left;
    private bool _isWrite;
    private byte _status;
    private byte _error;

    /// <summary>Makes a channel.</summary>
    /// <param name="first">Disk 0; null for none.</param>
    /// <param name="second">Disk 1; null for none.</param>
    public AtaChannel(ISectorStore? first, ISectorStore? second = null) => (_disks[0], _disks[1]) = (first, second);

    /// <summary>Commands carried out with success.</summary>
    public long Done { get; private set; }

    /// <summary>Commands that failed.</summary>
    public long Failed { get; private set; }

    /// <summary>Bytes that the guest moved through the data port.</summary>
    public long BytesMoved { get; private set; }

    private ISectorStore? Selected => _disks[(_registers[Device] & SecondDevice) != 0 ? 1 : 0];

    /// <inheritdoc/>
    public uint Read(int offset, int width) => offset switch
    {
        Data => ReadData(width),
        _ when Selected is null => 0,
        Error => _error,
        Command => (uint)(StatusReady | _status),
        _ => _registers[offset],
    };

    /// <inheritdoc/>
    public void Write(int offset, int width, uint value)
    {
        switch (offset)
        {
            case Data:
                WriteData(width, value);
                break;
            case Command:
                Start((byte)value);
                break;
            default:
                _registers[offset] = (byte)value;
                break;
        }
    }

    private void Start(byte command)
    {
        (_status, _error, _place, _left) = (0, 0, SectorBytes, 0);
        if (Selected is not { } disk)
        {
            return;
        }

        switch (command)
        {
            case CommandIdentify:
                Identify(disk);
                break;
            case CommandRead or CommandWrite when TryAddress(disk):
                _isWrite = command == CommandWrite;
                _status = StatusDataRequest;
                _place = 0;
                if (!_isWrite)
                {
                    Load(disk);
                }

                break;
            case CommandRead or CommandWrite:
                Fail(ErrorNotFound);
                break;
            case CommandFlush when disk.TryFlush():
                Done++;
                break;
            default:
                Fail(ErrorAborted);
                break;
        }
    }

    private bool TryAddress(ISectorStore disk)
    {
        _address = _registers[Low] | ((uint)_registers[Middle] << 8) | ((uint)_registers[High] << 16) | ((_registers[Device] & 0xfu) << 24);
        _left = _registers[SectorCount] == 0 ? 256 : _registers[SectorCount];
        var isInside = (_registers[Device] & LinearAddress) != 0 && _address + (ulong)_left <= Math.Min(disk.Sectors, AddressLimit);
        _left = isInside ? _left : 0;
        return isInside;
    }

    private void Identify(ISectorStore disk)
    {
        const int SerialWord = 10;
        const int ModelWord = 27;
        const int CapabilitiesWord = 49;
        const int SectorsWord = 60;
        Array.Clear(_sector);
        WriteText(SerialWord, "PARAKIT", 20);
        WriteText(ModelWord, "ParaKit ATA disk", 40);
        BinaryPrimitives.WriteUInt16LittleEndian(_sector.AsSpan(CapabilitiesWord * 2), 1 << 9); // LBA
        BinaryPrimitives.WriteUInt32LittleEndian(_sector.AsSpan(SectorsWord * 2), (uint)Math.Min(disk.Sectors, AddressLimit));
        (_place, _left, _isWrite, _status) = (0, 1, false, StatusDataRequest);
    }

    /// <summary>The two characters of each word are exchanged.</summary>
    private void WriteText(int word, string text, int length)
    {
        var bytes = Encoding.ASCII.GetBytes(text.PadRight(length));
        for (var i = 0; i < length; i++)
        {
            _sector[(word * 2) + (i ^ 1)] = bytes[i];
        }
    }

    private void Load(ISectorStore disk)
    {
        if (!disk.TryRead(_address, _sector))
        {
            Fail(ErrorUncorrectable);
        }
    }

    private uint ReadData(int width)
    {
        if (_isWrite || _place == SectorBytes)
        {
            return 0;
        }

        var value = 0u;
        for (var i = 0; i < width && _place < SectorBytes; i++)
        {
            value |= (uint)_sector[_place++] << (8 * i);
        }

        BytesMoved += width;
        if (_place == SectorBytes)
        {
            EndSector();
        }

        return value;
    }

    private void WriteData(int width, uint value)
    {
        if (!_isWrite || _place == SectorBytes)
        {
            return;
        }

        for (var i = 0; i < width && _place < SectorBytes; i++)
        {
            _sector[_place++] = (byte)(value >> (8 * i));
        }

        BytesMoved += width;
        if (_place < SectorBytes)
        {
            return;
        }

        if (Selected?.TryWrite(_address, _sector) == true)
        {
            EndSector();
        }
        else
        {
            Fail(ErrorUncorrectable);
        }
    }

    private void EndSector()
    {
        _left--;
        _address++;
        if (_left == 0)
        {
            _status = 0;
            Done++;
            return;
        }

        _place = 0;
        if (!_isWrite && Selected is { } disk)
        {
            Load(disk);
        }
    }

    private void Fail(byte error)
    {
        (_status, _error, _place, _left) = (StatusError, error, SectorBytes, 0);
        Failed++;
    }
}
