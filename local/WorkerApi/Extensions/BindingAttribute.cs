namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>Base of the attributes that bind a parameter or a result.</summary>
public abstract class BindingAttribute : Attribute
{
    public BindingAttribute()
    {
    }
}
