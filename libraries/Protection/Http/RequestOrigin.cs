namespace Gatehouse.Protection.Http;

/// <summary>Where the request that is being answered comes from, for those who write it down without knowing of requests.</summary>
internal sealed class RequestOrigin
{
    private readonly AsyncLocal<ClientAddress?> _address = new();

    /// <summary>The caller's address; <see cref="ClientAddress.Unknown"/> outside of a request.</summary>
    public ClientAddress Address
    {
        get => _address.Value ?? ClientAddress.Unknown;
        set => _address.Value = value;
    }
}
