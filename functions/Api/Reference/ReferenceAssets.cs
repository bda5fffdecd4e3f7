using Scalar.AspNetCore;

namespace Gatehouse.Api.Reference;

/// <summary>
/// The scripts of the reference page: Scalar from its package, and what starts it. They are read at the first request, so
/// an app that doesn't serve the page never loads the package.
/// </summary>
internal sealed class ReferenceAssets
{
    private readonly Lazy<ReferenceAsset> _scalar = new(static () => ReferenceAsset.Read(typeof(ScalarOptions).Assembly, "ScalarStaticAssets.scalar.js"));
    private readonly Lazy<ReferenceAsset> _start = new(static () => ReferenceAsset.Read(typeof(ReferenceAssets).Assembly, "reference.js"));

    /// <summary>The script of that name; null when there is none.</summary>
    public ReferenceAsset? Find(string name) => name switch
    {
        "scalar.js" => _scalar.Value,
        "reference.js" => _start.Value,
        _ => null,
    };
}
