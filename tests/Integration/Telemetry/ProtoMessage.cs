using System.Buffers.Binary;
using System.Text;

namespace Gatehouse.Tests.Integration.Telemetry;

/// <summary>A message in the wire format of Protocol Buffers, read without its definition: fields by number.</summary>
internal sealed class ProtoMessage
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int LengthDelimited = 2;
    private const int Fixed32 = 5;

    private readonly List<(int Number, ulong Value, ReadOnlyMemory<byte> Bytes)> _fields = [];

    public ProtoMessage(ReadOnlyMemory<byte> bytes)
    {
        var position = 0;
        while (position < bytes.Length)
        {
            var tag = ReadVarint(bytes.Span, ref position);
            var number = (int)(tag >> 3);
            switch ((int)tag & 7)
            {
                case Varint:
                    _fields.Add((number, ReadVarint(bytes.Span, ref position), default));
                    break;

                case Fixed64:
                    _fields.Add((number, BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span[position..]), default));
                    position += sizeof(ulong);
                    break;

                case LengthDelimited:
                    var length = (int)ReadVarint(bytes.Span, ref position);
                    _fields.Add((number, 0, bytes.Slice(position, length)));
                    position += length;
                    break;

                case Fixed32:
                    _fields.Add((number, BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[position..]), default));
                    position += sizeof(uint);
                    break;

                default:
                    throw new FormatException("No such wire type.");
            }
        }
    }

    public bool Has(int number) => _fields.Exists(field => field.Number == number);

    public ulong Number(int number) => _fields.Find(field => field.Number == number).Value;

    public string Text(int number) => Encoding.UTF8.GetString(_fields.Find(field => field.Number == number).Bytes.Span);

    public string Hex(int number) => Convert.ToHexStringLower(_fields.Find(field => field.Number == number).Bytes.Span);

    /// <summary>Every message of a repeated field.</summary>
    public IEnumerable<ProtoMessage> All(int number) => _fields.Where(field => field.Number == number).Select(static field => new ProtoMessage(field.Bytes));

    private static ulong ReadVarint(ReadOnlySpan<byte> bytes, ref int position)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
