namespace Gatehouse.Http;

/// <summary>Where the request that is being answered comes from, for those who write it down without knowing of requests.</summary>
internal sealed class RequestOrigin
{
    private readonly AsyncLocal<string?> _address = new();

    /// <summary>The caller's address; empty outside of a request.</summary>
    public string Address
    {
        get => _address.Value ?? "";
        set => _address.Value = value;
    }
}
