using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Protection.Http;

/// <summary>The address that a request came from. <see cref="ClientAddresses"/> finds it.</summary>
internal sealed class ClientAddress
{
    /// <summary>Whose address can't be told.</summary>
    public static readonly ClientAddress Unknown = new(address: null, network: ulong.MaxValue);

    // Networks in ff00::/8 are multicast groups, which no request comes from: room for what is no IPv6 network.
    private const ulong IPv4Networks = 0xFF00_0000_0000_0000;

    private ClientAddress(IPAddress? address, ulong network)
    {
        Address = address;
        Network = network;
    }

    /// <summary>The address; IPv4 even when it came mapped into IPv6. Null when it can't be told.</summary>
    public IPAddress? Address { get; }

    /// <summary>
    /// What is limited as one caller: an IPv4 address, or the /64 of an IPv6 address. A customer gets a whole /64 at the
    /// least, so one caller has 2^64 addresses. All whose address can't be told share one.
    /// </summary>
    public ulong Network { get; }

    /// <summary>The caller with that address.</summary>
    public static ClientAddress From(IPAddress? address)
    {
        if (address is null || address.IsIPv6Multicast)
        {
            return Unknown;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? new ClientAddress(address, IPv4Networks | BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : new ClientAddress(address, BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }

    /// <summary>For the log.</summary>
    public override string ToString() => Address?.ToString() ?? "unknown";
}
