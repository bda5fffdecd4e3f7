using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection.Http;

/// <summary>Finds the address of a caller in a way that the caller can't forge.</summary>
internal sealed class ClientAddresses(IOptions<HttpOptions> options, ILogger<ClientAddresses> logger)
{
    private readonly bool _isForwardedForTrusted = options.Value.TrustForwardedFor;
    private readonly int _proxiesInFront = options.Value.ProxiesInFront;
    private int _warned;

    /// <summary>The caller's address, read once for each request; <see cref="ClientAddress.Unknown"/> when it can't be read.</summary>
    public ClientAddress Of(HttpExchange exchange) => exchange.Client ??= Find(exchange);

    private ClientAddress Find(HttpExchange exchange)
    {
        var address = ClientAddress.From(_isForwardedForTrusted ? ForwardedFor.ReadCaller(exchange.ForwardedFor, _proxiesInFront) : exchange.Peer);
        if (address.Address is null)
        {
            WarnOnce();
        }

        return address;
    }

    // Once: the fault lies in the configuration, and the log must not grow with the requests.
    private void WarnOnce()
    {
        if (Interlocked.Exchange(ref _warned, 1) == 0)
        {
            logger.AddressUnknown(_isForwardedForTrusted);
        }
    }
}

/// <summary>The address that a request came from. <see cref="ClientAddresses"/> finds it.</summary>
internal sealed class ClientAddress
{
    /// <summary>The address of a caller whose address is unknown.</summary>
    public static readonly ClientAddress Unknown = new(address: null, network: ulong.MaxValue);

    // Networks in ff00::/8 are multicast groups, which send no requests. So these numbers are free for IPv4.
    private const ulong IPv4Networks = 0xFF00_0000_0000_0000;

    private ClientAddress(IPAddress? address, ulong network)
    {
        Address = address;
        Network = network;
    }

    /// <summary>The address; IPv4 even when it came mapped into IPv6. Null when it is unknown.</summary>
    public IPAddress? Address { get; }

    /// <summary>
    /// The unit of rate limits: an IPv4 address, or the /64 of an IPv6 address. A provider gives each customer at
    /// least a /64, so one caller has 2^64 addresses. All callers with an unknown address share one network.
    /// </summary>
    public ulong Network { get; }

    /// <summary>
    /// The site that the address belongs to, for what one customer must not use up: the /48 of an IPv6 address, which a provider
    /// may give to one customer, or the /24 of an IPv4 address, within which a customer's address may change.
    /// </summary>
    public ulong Site => this == Unknown ? Network : Address!.AddressFamily == AddressFamily.InterNetwork ? Network & ~0xFFUL : Network & ~0xFFFFUL;

    /// <summary>The <see cref="Site"/> as a prefix, such as <c>203.0.113.0/24</c>; null when the address is unknown.</summary>
    public string? FindSitePrefix()
    {
        if (Address is null)
        {
            return null;
        }

        var bytes = Address.GetAddressBytes();
        var kept = Address.AddressFamily == AddressFamily.InterNetwork ? 3 : 6;
        bytes.AsSpan(kept).Clear();
        return string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(bytes)}/{kept * 8}");
    }

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

/// <summary>The origin of the current request, for code such as the audit log that knows no requests.</summary>
internal sealed class RequestOrigin
{
    private const int MaxUserAgentLength = 200;

    private readonly AsyncLocal<ClientAddress?> _address = new();
    private readonly AsyncLocal<HttpExchange?> _exchange = new();

    /// <summary>The caller's address; <see cref="ClientAddress.Unknown"/> outside of a request.</summary>
    public ClientAddress Address
    {
        get => _address.Value ?? ClientAddress.Unknown;
        set => _address.Value = value;
    }

    /// <summary>Begins a request.</summary>
    public void Begin(HttpExchange exchange, ClientAddress address)
    {
        Address = address;
        _exchange.Value = exchange;
    }

    /// <summary>The printable ASCII characters of the caller's <c>User-Agent</c>, at most 200; null when there are none.</summary>
    public string? FindUserAgent()
    {
        var text = _exchange.Value?.FindHeader("User-Agent") ?? "";
        var kept = new string([.. text.Where(static character => character is >= ' ' and <= '~').Take(MaxUserAgentLength)]).Trim();
        return kept.Length == 0 ? null : kept;
    }
}
