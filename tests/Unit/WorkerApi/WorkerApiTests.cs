using System.Reflection;

namespace Gatehouse.Tests.Unit.WorkerApi;

/// <summary>local/WorkerApi declares a part of the worker's API, in the worker's own signatures and nothing else.</summary>
public sealed class WorkerApiTests
{
    private static readonly ApiListing Real = new(File.ReadLines(Path.Combine(AppContext.BaseDirectory, "WorkerApi", "worker-api-2.52.0.txt")));

    [Fact]
    public void WorkerApi_EveryPublicMember_IsInTheRealPackages()
    {
        var assembly = Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, "worker-api", "Gatehouse.WorkerApi.dll"));
        var declared = new ApiListing(ApiWriter.Write(assembly));

        // Not Assert.Empty or Equal: they cut a text off before it comes to the member.
        var missing = string.Join(Environment.NewLine, declared.FindMissingFrom(Real));
        Assert.True(missing.Length == 0, $"The real packages do not have, or not like this:{Environment.NewLine}{missing}");
    }

    [Theory]
    [InlineData("abstract class Microsoft.Azure.Functions.Worker.BindingContext", "    abstract IReadOnlyDictionary<string, object> BindingData { get; }")]
    [InlineData("abstract class Microsoft.Azure.Functions.Worker.BindingContext", "    abstract IReadOnlyDictionary<string, object?> Data { get; }")]
    [InlineData("class Microsoft.Azure.Functions.Worker.BindingContext", "    protected BindingContext()")]
    [InlineData("class Microsoft.Azure.Functions.Worker.FunctionAttribute : Attribute", "    FunctionAttribute(string name, int order)")]
    public void Listing_WithAMemberThatTheRealPackagesLack_IsFound(string type, string member)
    {
        var declared = new ApiListing([type, member]);

        Assert.Single(declared.FindMissingFrom(Real));
    }
}
