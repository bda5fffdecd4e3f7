using Xunit.v3;

namespace Gatehouse.Tests.Integration.Hosting;

/// <summary>
/// Marks tests whose outcome depends on what the storage does. .ci/run repeats them, and no others, on Azurite
/// (<see cref="TestStorage"/>).
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class DependsOnStorageAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("DependsOn", "Storage")];
}
